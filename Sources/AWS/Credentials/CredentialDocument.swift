import FoundationEssentials
import SigV4

/// Credentials as JSON, as containers, instances and credential processes give them.
struct CredentialDocument: Decodable {
    private let AccessKeyId: String?
    private let SecretAccessKey: String?
    private let Token: String?
    private let SessionToken: String?
    private let Expiration: String?
    private let Code: String?
    private let Message: String?

    /// - Parameter origin: as the error names it.
    static func credentials(
        _ bytes: [UInt8], from origin: String
    ) throws(CredentialError) -> ExpiringCredentials {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
            throw CredentialError(.invalid, "\(origin) gave no JSON with credentials.")
        }
        guard let id = document.AccessKeyId, let secret = document.SecretAccessKey else {
            let reason = [document.Code, document.Message].compactMap { $0 }.joined(separator: ": ")
            throw CredentialError(
                .invalid, "\(origin) gave no keys\(reason.isEmpty ? "" : " (\(reason))").")
        }
        var expiration: Int?
        if let text = document.Expiration {
            guard let seconds = ServiceDate.iso8601(text) else {
                throw CredentialError(.invalid, "\(origin) gave an expiry that is no UTC time.")
            }
            expiration = seconds
        }
        return ExpiringCredentials(
            SigningCredentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: document.Token ?? document.SessionToken),
            expiration: expiration)
    }
}
