import Logging
import Testing

@testable import AWS

@Suite("TaskMetadata")
struct TaskMetadataTests {
    private func metadata(
        _ variables: [String: String], _ answers: [ScriptedTransport.Answer]
    ) async -> (TaskMetadata?, [HTTPRequest]) {
        let transport = ScriptedTransport(answers)
        let clients = AWSClients(
            environment: AWSEnvironment(variables: variables, readFile: { _ in nil }),
            transport: transport, time: ManualTime().source, logger: Logger(label: "test"))
        return (await clients.taskMetadata(), transport.requests)
    }

    private let uri = ["ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/0a1b"]

    @Test(
        "vCPUs are rounded up to threads, MiB are bytes",
        arguments: [
            (#"{"Limits":{"CPU":4,"Memory":8192},"TaskARN":"arn"}"#, 4, 8_589_934_592),
            (#"{"Limits":{"CPU":0.25,"Memory":512}}"#, 1, 536_870_912),
        ])
    func readsLimits(body: String, threads: Int, bytes: Int) async {
        let (metadata, requests) = await metadata(uri, [.response(200, [:], body)])
        #expect(metadata?.threadCount == threads)
        #expect(metadata?.memoryByteCount == bytes)
        #expect(requests.map(\.fullPath) == ["/v4/0a1b/task"])
    }

    @Test("limits that the agent leaves out, or that make no sense, are unknown")
    func ignoresNonsense() async {
        for body in ["{}", #"{"Limits":{}}"#, #"{"Limits":{"CPU":0,"Memory":-1}}"#] {
            let (metadata, _) = await metadata(uri, [.response(200, [:], body)])
            #expect(metadata != nil)
            #expect(metadata?.threadCount == nil && metadata?.memoryByteCount == nil)
        }
    }

    @Test("outside of ECS nothing is asked; an agent that fails is no failure of the task")
    func toleratesAbsence() async {
        let outside = await metadata([:], [])
        #expect(outside.0 == nil && outside.1.isEmpty)
        let failing = await metadata(uri, [.failure(.timedOut), .response(500)])
        #expect(failing.0 == nil && failing.1.count == 2)
        let garbled = await metadata(uri, [.response(200, [:], "<html>")])
        #expect(garbled.0 == nil)
    }
}
