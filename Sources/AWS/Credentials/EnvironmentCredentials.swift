import SigV4

/// `AWS_ACCESS_KEY_ID` and its companions.
struct EnvironmentCredentials: CredentialSource {
    let name = "environment"
    let variables: [String: String]

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        func value(_ name: String) -> String? {
            variables[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let id = value("AWS_ACCESS_KEY_ID") else {
            return .absent("AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw CredentialError(
                .invalid, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.")
        }
        let token = value("AWS_SESSION_TOKEN") ?? value("AWS_SECURITY_TOKEN")
        return .found(
            ExpiringCredentials(
                SigningCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)))
    }
}
