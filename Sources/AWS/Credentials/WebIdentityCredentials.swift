/// A role lent for a token in a file, as EKS and CI systems provide it.
struct WebIdentityCredentials: CredentialSource {
    let name = "web identity"
    let environment: AWSEnvironment
    let service: SecurityTokenService

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        guard let path = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else {
            return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        guard let role = environment["AWS_ROLE_ARN"] else {
            throw CredentialError(
                .invalid, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not.")
        }
        return .found(
            try await Self.credentials(
                role: role, sessionName: environment["AWS_ROLE_SESSION_NAME"], path: path,
                environment: environment, service: service))
    }

    /// The token's file is read each time, as it is replaced while the program runs.
    static func credentials(
        role: String, sessionName: String?, path: String, environment: AWSEnvironment,
        service: SecurityTokenService
    ) async throws(CredentialError) -> ExpiringCredentials {
        guard let bytes = environment.readFile(path), !bytes.isEmpty else {
            throw CredentialError(.invalid, "Cannot read the web identity token \(path).")
        }
        return try await service.assumeRole(
            role, sessionName: sessionName,
            webIdentityToken: String(decoding: bytes, as: UTF8.self))
    }
}
