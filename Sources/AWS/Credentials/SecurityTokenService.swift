import SigV4

/// Lends the keys of a role: STS's AssumeRole and AssumeRoleWithWebIdentity.
struct SecurityTokenService {
    private static let totalTime = Duration.seconds(10)

    let environment: AWSEnvironment
    let time: TimeSource
    private let request: NearRequest

    init(environment: AWSEnvironment, request: NearRequest) {
        self.environment = environment
        time = request.time
        var request = request
        request.totalTime = Self.totalTime
        self.request = request
    }

    func assumeRole(
        _ role: String, sessionName: String?, externalID: String?, keys: SigningCredentials
    ) async throws(CredentialError) -> ExpiringCredentials {
        var form = [
            QueryItem("Action", "AssumeRole"), QueryItem("RoleArn", role),
            QueryItem("RoleSessionName", sessionName ?? defaultSessionName),
        ]
        if let externalID { form.append(QueryItem("ExternalId", externalID)) }
        return try await call(form, result: "AssumeRoleResult", role: role, keys: keys)
    }

    func assumeRole(
        _ role: String, sessionName: String?, webIdentityToken: String
    ) async throws(CredentialError) -> ExpiringCredentials {
        let form = [
            QueryItem("Action", "AssumeRoleWithWebIdentity"), QueryItem("RoleArn", role),
            QueryItem("RoleSessionName", sessionName ?? defaultSessionName),
            QueryItem("WebIdentityToken", webIdentityToken),
        ]
        return try await call(
            form, result: "AssumeRoleWithWebIdentityResult", role: role, keys: nil)
    }

    private var defaultSessionName: String { "martlet-\(time.secondsSince1970())" }

    private func call(
        _ form: [QueryItem], result: String, role: String, keys: SigningCredentials?
    ) async throws(CredentialError) -> ExpiringCredentials {
        let region = environment.region ?? "us-east-1"
        let body = HTTPBody(CanonicalRequest.query(form + [QueryItem("Version", "2011-06-15")]))
        var http = HTTPRequest(
            .post, try endpoint(region: region), path: "/",
            headers: [
                HeaderField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            ],
            body: body)
        if let keys {
            http.headers.append(HeaderField("Host", http.endpoint.authority))
            http.headers = RequestSigner(
                region: region, service: "sts", pathRule: .normalizedAndEncodedAgain
            ).sign(
                method: "POST", path: http.fullPath, query: [], headers: http.headers,
                payloadHash: body.withUnsafeBytes { RequestSigner.hash($0) }, credentials: keys,
                at: SigningTime(secondsSince1970: time.secondsSince1970()))
        }
        let response = try await request.send(http)
        guard response.isSuccess else {
            let error = ErrorFormat.xml.error(in: response)
            throw CredentialError(
                response.status < 500 ? .invalid : .unavailable,
                "STS does not lend the role \(role): \(error?.serviceCode ?? "status") "
                    + (error?.message ?? String(response.status)))
        }
        guard let root = try? XMLElement(parsing: response.body),
            let credentials = root.child(result)?.child("Credentials"),
            let id = credentials.text(of: "AccessKeyId"),
            let secret = credentials.text(of: "SecretAccessKey"),
            let token = credentials.text(of: "SessionToken"),
            let expiration = credentials.text(of: "Expiration").flatMap(ServiceDate.iso8601)
        else { throw CredentialError(.invalid, "STS answered without credentials.") }
        return ExpiringCredentials(
            SigningCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token),
            expiration: expiration)
    }

    private func endpoint(region: String) throws(CredentialError) -> Endpoint {
        switch environment.endpoint(of: .sts) {
        case .url(let endpoint): return endpoint
        case .malformed(let name): throw CredentialError(.invalid, "\(name) is not a URL.")
        case .none:
            return Endpoint(
                scheme: .https, host: environment.endpointVariant.host(of: "sts", region: region))
        }
    }
}
