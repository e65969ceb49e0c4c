import AWS
import FoundationEssentials
import Logging
import SigV4
import Testing

/// The local AWS server that integration tests run against, if there is one. Keys and region are
/// the environment's, for servers that check signatures.
enum LocalCloud {
    static let variables = ProcessInfo.processInfo.environment
    static let endpoint = variables["MARTLET_TEST_ENDPOINT"]
    static let isThere = endpoint != nil
    static let comment: Comment = "set MARTLET_TEST_ENDPOINT to the URL of a local AWS server"
    static let region = variables["AWS_REGION"] ?? "us-east-1"
    static let transport = AsyncHTTPTransport()

    static func clients(_ changes: [String: String] = [:]) -> AWSClients {
        let own = [
            "AWS_ENDPOINT_URL": endpoint ?? "", "AWS_REGION": region,
            "AWS_ACCESS_KEY_ID": FixedCredentials.keys.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": FixedCredentials.keys.secretAccessKey,
            "AWS_SESSION_TOKEN": FixedCredentials.keys.sessionToken ?? "",
        ]
        return AWSClients(
            environment: own.merging(changes) { $1 }, userAgent: "martlet-tests",
            logger: Logger(label: "test"))
    }
}

/// The environment's keys, or ones that any lenient server takes.
struct FixedCredentials: CredentialSource {
    static let keys = SigningCredentials(
        accessKeyID: LocalCloud.variables["AWS_ACCESS_KEY_ID"] ?? "test",
        secretAccessKey: LocalCloud.variables["AWS_SECRET_ACCESS_KEY"] ?? "test",
        sessionToken: LocalCloud.variables["AWS_SESSION_TOKEN"])

    let name = "test"

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        .found(ExpiringCredentials(Self.keys))
    }
}
