import FoundationEssentials
import SigV4

/// A role that a person has signed in for with `aws sso login`: the token that this left in
/// `~/.aws/sso/cache` is exchanged for keys.
/// Source: AWS IAM Identity Center, Portal API, GetRoleCredentials.
struct SingleSignOnCredentials {
    private static let totalTime = Duration.seconds(10)

    private struct Answer: Decodable {
        struct Keys: Decodable {
            let accessKeyId: String
            let secretAccessKey: String
            let sessionToken: String
            /// Milliseconds since 1970.
            let expiration: Int
        }

        let roleCredentials: Keys
    }

    private struct Refusal: Decodable {
        let message: String?
    }

    let environment: AWSEnvironment
    private let request: NearRequest

    init(environment: AWSEnvironment, request: NearRequest) {
        self.environment = environment
        var request = request
        request.totalTime = Self.totalTime
        self.request = request
    }

    /// - Parameters:
    ///   - settings: of the profile, those of its `sso-session` section among them.
    func credentials(
        of profile: String, _ settings: [String: String]
    ) async throws(CredentialError) -> ExpiringCredentials {
        func setting(_ name: String) throws(CredentialError) -> String {
            if let value = settings[name], !value.isEmpty { return value }
            throw CredentialError(
                .invalid, "The profile '\(profile)' signs in by SSO, but has no \(name).")
        }
        let (region, account) = (try setting("sso_region"), try setting("sso_account_id"))
        let role = try setting("sso_role_name")
        var name = settings["sso_session"]
        if name == nil { name = try setting("sso_start_url") }
        let token = try await SignIn(
            environment: environment, request: request, name: name ?? "", region: region,
            remedy: Self.remedy(profile)
        ).accessToken()
        let response = try await request.send(
            HTTPRequest(
                .get, try endpoint(region: region), path: "/federation/credentials",
                query: [QueryItem("account_id", account), QueryItem("role_name", role)],
                headers: [HeaderField("x-amz-sso_bearer_token", token)]))
        guard response.isSuccess else {
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(response.body))
            throw CredentialError(
                response.status < 500 ? .invalid : .unavailable,
                "SSO does not lend the role \(role) of the account \(account): "
                    + "\(refusal?.message ?? "status \(response.status)"). " + Self.remedy(profile))
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw CredentialError(.invalid, "SSO answered without credentials.")
        }
        let keys = answer.roleCredentials
        return ExpiringCredentials(
            SigningCredentials(
                accessKeyID: keys.accessKeyId, secretAccessKey: keys.secretAccessKey,
                sessionToken: keys.sessionToken),
            expiration: keys.expiration / 1_000)
    }

    private static func remedy(_ profile: String) -> String {
        "Run 'aws sso login --profile \(profile)'."
    }

    private func endpoint(region: String) throws(CredentialError) -> Endpoint {
        switch environment.endpoint(of: .singleSignOn) {
        case .url(let endpoint): return endpoint
        case .malformed(let name): throw CredentialError(.invalid, "\(name) is not a URL.")
        case .none:
            return Endpoint(
                scheme: .https,
                host: environment.endpointVariant.host(of: "portal.sso", region: region))
        }
    }
}
