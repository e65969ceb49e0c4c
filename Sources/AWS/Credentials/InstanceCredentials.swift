import SigV4

/// The role of an EC2 instance, by the metadata service, version 2 only.
struct InstanceCredentials: CredentialSource {
    /// Nobody answers on a laptop: little time is spent on finding out.
    private static let totalTime = Duration.seconds(1)
    private static let rolePath = "/latest/meta-data/iam/security-credentials/"

    let name = "instance metadata"
    let environment: AWSEnvironment
    private let request: NearRequest

    init(environment: AWSEnvironment, request: NearRequest) {
        self.environment = environment
        var request = request
        request.totalTime = Self.totalTime
        request.attemptCountMax = 1
        self.request = request
    }

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else {
            return .absent("AWS_EC2_METADATA_DISABLED is true")
        }
        let text = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        guard let endpoint = Endpoint(parsing: text) else {
            throw CredentialError(.invalid, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL.")
        }
        guard let token = try await sessionToken(endpoint) else {
            return .absent(
                "no metadata service answers at \(endpoint.authority); in a container on an EC2 "
                    + "instance that takes a hop limit of 2")
        }
        let header = HeaderField("X-aws-ec2-metadata-token", token)
        let roles = try await request.send(
            HTTPRequest(.get, endpoint, path: Self.rolePath, headers: [header]))
        let role = String(decoding: roles.body, as: UTF8.self)
            .split(whereSeparator: \.isNewline).first
        guard roles.isSuccess, let role else { return .absent("the instance has no role") }
        let keys = try await request.send(
            HTTPRequest(
                .get, endpoint, path: Self.rolePath + PercentEncoding.encode(String(role)),
                headers: [header]))
        guard keys.isSuccess else {
            throw CredentialError(
                .unavailable, "The metadata service answered with status \(keys.status).")
        }
        return .found(
            try CredentialDocument.credentials(keys.body, from: "The metadata service"))
    }

    private func sessionToken(_ endpoint: Endpoint) async throws(CredentialError) -> String? {
        do throws(CredentialError) {
            let response = try await request.send(
                HTTPRequest(
                    .put, endpoint, path: "/latest/api/token",
                    headers: [HeaderField("X-aws-ec2-metadata-token-ttl-seconds", "21600")]))
            let token = String(decoding: response.body, as: UTF8.self)
            return response.isSuccess && !token.isEmpty ? token : nil
        } catch {
            if error.code == .interrupted { throw error }
            return nil
        }
    }
}
