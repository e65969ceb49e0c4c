import Crypto
import FoundationEssentials
import SigV4

/// What `aws sso login` left behind: a token for an hour or so, and what renews it while the sign-in
/// lasts.
/// Source: AWS IAM Identity Center, OIDC API, CreateToken.
struct SignIn {
    /// From here on a renewal is tried; if it fails, the token is used to its end. Source: botocore.
    private static let renewalSeconds = 15 * 60

    /// `~/.aws/sso/cache/SHA-1.json`, as all of AWS's tools write it.
    private struct File: Codable {
        var accessToken: String
        var expiresAt: String
        var region: String?
        var startUrl: String?
        var clientId: String?
        var clientSecret: String?
        var registrationExpiresAt: String?
        var refreshToken: String?
    }

    private struct Renewal: Encodable {
        let clientId: String
        let clientSecret: String
        let grantType = "refresh_token"
        let refreshToken: String
    }

    private struct Renewed: Decodable {
        let accessToken: String
        /// Seconds.
        let expiresIn: Int
        let refreshToken: String?
    }

    private struct Refusal: Decodable {
        let error: String?
        let error_description: String?
    }

    let environment: AWSEnvironment
    let request: NearRequest
    /// Of the session, or its start URL: the file is named by its SHA-1.
    let name: String
    let region: String
    /// What to run where nothing else helps.
    let remedy: String

    func accessToken() async throws(CredentialError) -> String {
        guard let path, let bytes = environment.readFile(path),
            let file = try? JSONDecoder().decode(File.self, from: Data(bytes))
        else { throw CredentialError(.invalid, "Nobody has signed in to '\(name)'. \(remedy)") }
        let left = secondsLeft(until: file.expiresAt)
        guard left < Self.renewalSeconds else { return file.accessToken }
        do throws(CredentialError) {
            if let renewed = try await renew(file, at: path) { return renewed }
        } catch {
            guard left > 0, error.code != .interrupted else { throw error }
        }
        guard left > 0 else {
            throw CredentialError(.invalid, "The sign-in to '\(name)' has expired. \(remedy)")
        }
        return file.accessToken
    }

    private var path: String? {
        let digest = Insecure.SHA1.hash(data: Array(name.utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return environment["HOME"].map { "\($0)/.aws/sso/cache/\(digest).json" }
    }

    private func secondsLeft(until date: String) -> Int {
        // Older tools wrote UTC for Z.
        let date = date.hasSuffix("UTC") ? date.dropLast(3) + "Z" : date[...]
        return (ServiceDate.iso8601(String(date)) ?? 0) - request.time.secondsSince1970()
    }

    /// - Returns: nil if this sign-in cannot be renewed.
    private func renew(_ file: File, at path: String) async throws(CredentialError) -> String? {
        guard let id = file.clientId, let secret = file.clientSecret,
            let refreshToken = file.refreshToken,
            file.registrationExpiresAt.map({ secondsLeft(until: $0) > 0 }) ?? true,
            let body = try? JSONEncoder().encode(
                Renewal(clientId: id, clientSecret: secret, refreshToken: refreshToken))
        else { return nil }
        let response = try await request.send(
            HTTPRequest(
                .post, try endpoint, path: "/token",
                headers: [HeaderField("Content-Type", "application/json")],
                body: HTTPBody(String(decoding: body, as: UTF8.self))))
        guard response.isSuccess,
            let renewed = try? JSONDecoder().decode(Renewed.self, from: Data(response.body))
        else {
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(response.body))
            throw CredentialError(
                response.status < 500 ? .invalid : .unavailable,
                "The sign-in to '\(name)' is not renewed: "
                    + (refusal?.error_description ?? refusal?.error ?? "status \(response.status)")
                    + ". \(remedy)")
        }
        var file = file
        file.accessToken = renewed.accessToken
        file.expiresAt = ServiceDate.iso8601(
            secondsSince1970: request.time.secondsSince1970() + renewed.expiresIn)
        // What renewed once may not do so again: the other tools need the new one, too. Where the
        // folder cannot be written, this process goes on all the same.
        file.refreshToken = renewed.refreshToken ?? refreshToken
        if let bytes = try? JSONEncoder().encode(file) { environment.writeFile(path, Array(bytes)) }
        return renewed.accessToken
    }

    private var endpoint: Endpoint {
        get throws(CredentialError) {
            switch environment.endpoint(of: .signIn) {
            case .url(let endpoint): return endpoint
            case .malformed(let name): throw CredentialError(.invalid, "\(name) is not a URL.")
            case .none:
                return Endpoint(
                    scheme: .https,
                    host: environment.endpointVariant.host(of: "oidc", region: region))
            }
        }
    }
}
