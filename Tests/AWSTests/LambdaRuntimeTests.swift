import AWS
import Testing

@Suite("LambdaRuntime")
struct LambdaRuntimeTests {
    @Test("an event, its answer, and its failure")
    func exchange() async throws {
        let transport = ScriptedTransport([
            .response(
                200,
                ["Lambda-Runtime-Aws-Request-Id": "id-1", "Lambda-Runtime-Deadline-Ms": "12"],
                #"{"a":1}"#),
            .response(202), .response(202),
        ])
        let runtime = try #require(LambdaRuntime(address: "127.0.0.1:9001", transport: transport))
        let invocation = try await runtime.next()
        #expect(invocation.id == "id-1")
        #expect(invocation.deadline == 12)
        #expect(invocation.payload == #"{"a":1}"#)
        try await runtime.respond(to: invocation, output: "[]")
        try await runtime.fail(invocation, name: "Martlet.DataInvalid", message: "a \"b\"")
        let requests = transport.requests
        let root = "http://127.0.0.1:9001/2018-06-01/runtime/invocation"
        #expect(
            requests.map(\.url) == ["\(root)/next", "\(root)/id-1/response", "\(root)/id-1/error"])
        #expect(requests.map(\.method) == [.get, .post, .post])
        #expect(requests[2].header("Lambda-Runtime-Function-Error-Type") == "Martlet.DataInvalid")
        let body = String(decoding: requests[2].body.bytes, as: UTF8.self)
        #expect(body.contains(#""errorType":"Martlet.DataInvalid""#))
        #expect(body.contains(#"a \"b\""#))
    }

    @Test("an answer without an id is no event")
    func noID() async throws {
        let transport = ScriptedTransport([.response(200, [:], "{}")])
        let runtime = try #require(LambdaRuntime(address: "127.0.0.1:9001", transport: transport))
        await #expect(throws: TransportError.self) { try await runtime.next() }
    }

    @Test("an address that is none", arguments: ["", "a b", "host:port", "host:0"])
    func address(text: String) {
        #expect(LambdaRuntime(address: text, transport: ScriptedTransport()) == nil)
    }
}
