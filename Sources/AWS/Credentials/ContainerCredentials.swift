import SigV4

/// The role of a Fargate or EKS task, from the agent beside it.
struct ContainerCredentials: CredentialSource {
    private static let agent = Endpoint(scheme: .http, host: "169.254.170.2")
    /// Where a token may be sent in the clear. Source: botocore and the SDKs' reference guide.
    private static let hostsWithoutTLS: Set<String> = [
        "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "127.0.0.1", "[::1]",
    ]

    let name = "container"
    let environment: AWSEnvironment
    let request: NearRequest

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        guard let (endpoint, target) = try location() else {
            return .absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set")
        }
        let (path, query) = NearRequest.pathAndQuery(target)
        var http = HTTPRequest(.get, endpoint, path: path, query: query)
        http.headers = [HeaderField("Accept", "application/json")]
        if let token = try authorization() {
            http.headers.append(HeaderField("Authorization", token))
        }
        let response = try await request.send(http)
        guard response.isSuccess else {
            throw CredentialError(
                response.status < 500 ? .invalid : .unavailable,
                "The container's credential service answered with status \(response.status).")
        }
        return .found(
            try CredentialDocument.credentials(
                response.body, from: "The container's credential service"))
    }

    private func location() throws(CredentialError) -> (Endpoint, Substring)? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/") else {
                throw CredentialError(
                    .invalid, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'.")
            }
            return (Self.agent, path[...])
        }
        guard let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        let authorityStart = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let target = url[authorityStart...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex
        guard let endpoint = Endpoint(parsing: String(url[..<target])) else {
            throw CredentialError(
                .invalid, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL.")
        }
        guard endpoint.scheme == .https || Self.hostsWithoutTLS.contains(endpoint.host.lowercased())
        else {
            throw CredentialError(
                .invalid,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host \(endpoint.host), to which "
                    + "credentials must not travel without https.")
        }
        return (endpoint, url[target...])
    }

    /// The token's file is read each time, as it is replaced while the task runs.
    private func authorization() throws(CredentialError) -> String? {
        var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            guard let bytes = environment.readFile(path) else {
                throw CredentialError(
                    .invalid, "Cannot read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (\(path)).")
            }
            token = String(decoding: bytes, as: UTF8.self)
        }
        guard let token else { return nil }
        guard !token.utf8.contains(where: { $0 == 13 || $0 == 10 }) else {
            throw CredentialError(.invalid, "The container's authorization token has a line break.")
        }
        return token
    }
}
