import AWS
import Logging
import StoreTestSupport
import Threads

@testable import Functions

/// Functions over a store in memory, and services that answer as told.
struct FunctionFixture {
    let store = MemoryStore()
    let transport: RecordingTransport

    init(_ answers: [String: (status: Int, body: String)] = [:]) {
        transport = RecordingTransport(answers)
    }

    var context: FunctionContext {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let environment = AWSEnvironment(
            variables: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id",
                "AWS_SECRET_ACCESS_KEY": "secret",
            ], readFile: { _ in nil })
        return FunctionContext(
            store: store,
            clients: AWSClients(
                environment: environment, transport: transport, time: .system(), logger: logger),
            pool: ThreadPool(threadCount: 1), logger: logger,
            environment: [
                "PIPELINE_STORAGE": "s3://bucket/", "PIPELINE_QUERIES": "s3://bucket/sql/",
                "PIPELINE_DATABASE": "lake", "PIPELINE_RAW_TABLE": "people",
            ], programVersion: "1.2.3")
    }

    func put(_ text: String, at url: String) { store.put(Array(text.utf8), at: url) }

    func text(_ url: String) -> String? {
        store.bytes(at: url).map { String(decoding: $0, as: UTF8.self) }
    }
}
