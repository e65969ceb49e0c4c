import AWS
import FoundationEssentials
import Logging
import ObjectStores
import Testing

/// The local AWS server that integration tests run against, if there is one.
enum LocalCloud {
    static let endpoint = ProcessInfo.processInfo.environment["MARTLET_TEST_ENDPOINT"]
    static let isThere = endpoint != nil
    static let comment: Comment = "set MARTLET_TEST_ENDPOINT to the URL of a local AWS server"

    static func clients(_ changes: [String: String] = [:]) -> AWSClients {
        let variables = [
            "AWS_ENDPOINT_URL": endpoint ?? "", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        ].merging(changes) { $1 }
        return AWSClients(environment: variables, logger: Logger(label: "test"))
    }
}
