import Crypto
import FoundationEssentials
import SigV4

/// A role that a person has signed in for with `aws sso login`: the token that this left in
/// `~/.aws/sso/cache` is exchanged for keys.
/// Source: AWS IAM Identity Center, Portal API, GetRoleCredentials.
struct SingleSignOnCredentials {
    private static let totalTime = Duration.seconds(10)

    private struct Token: Decodable {
        let accessToken: String
        let expiresAt: String
    }

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
        let token = try token(named: name ?? "", profile)
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

    /// - Parameter name: of the session, or its start URL: the file is named by its SHA-1.
    private func token(named name: String, _ profile: String) throws(CredentialError) -> String {
        let digest = Insecure.SHA1.hash(data: Array(name.utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard let home = environment["HOME"],
            let bytes = environment.readFile("\(home)/.aws/sso/cache/\(digest).json"),
            let token = try? JSONDecoder().decode(Token.self, from: Data(bytes))
        else {
            throw CredentialError(
                .invalid, "Nobody has signed in to '\(name)'. " + Self.remedy(profile))
        }
        // Older tools wrote UTC for Z.
        let expiresAt =
            token.expiresAt.hasSuffix("UTC")
            ? token.expiresAt.dropLast(3) + "Z" : token.expiresAt[...]
        guard let end = ServiceDate.iso8601(String(expiresAt)),
            end > request.time.secondsSince1970()
        else {
            throw CredentialError(
                .invalid, "The sign-in to '\(name)' has expired. " + Self.remedy(profile))
        }
        return token.accessToken
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
