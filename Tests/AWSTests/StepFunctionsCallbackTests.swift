import AWS
import Callbacks
import FoundationEssentials
import Logging
import SigV4
import Testing

@Suite("StepFunctionsCallback")
struct StepFunctionsCallbackTests {
    let time = ManualTime()

    func callback(_ transport: ScriptedTransport) throws -> StepFunctionsCallback {
        let environment = AWSEnvironment(
            variables: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id",
                "AWS_SECRET_ACCESS_KEY": "secret",
            ], readFile: { _ in nil })
        let clients = AWSClients(
            environment: environment, transport: transport, time: time.source,
            logger: Logger(label: "test"))
        return try clients.callback(token: TaskToken(parsing: "the-token"))
    }

    func failure(
        _ answers: [ScriptedTransport.Answer]
    ) async throws -> (TaskCallbackError?, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        let callback = try callback(transport)
        do throws(TaskCallbackError) {
            try await callback.heartbeat()
            return (nil, transport)
        } catch {
            return (error, transport)
        }
    }

    struct Body: Decodable {
        let taskToken: String
        let output: String?
        let error: String?
        let cause: String?
    }

    @Test("the three calls, as JSON 1.0, signed for states")
    func calls() async throws {
        let transport = ScriptedTransport(Array(repeating: .response(200, [:], "{}"), count: 3))
        let callback = try callback(transport)
        try await callback.heartbeat()
        try await callback.succeed(output: #"{"a":"é\n"}"#)
        try await callback.fail(error: "Martlet.DataInvalid", cause: "{}")
        let requests = transport.requests
        #expect(
            requests.map { $0.header("X-Amz-Target") } == [
                "AWSStepFunctions.SendTaskHeartbeat", "AWSStepFunctions.SendTaskSuccess",
                "AWSStepFunctions.SendTaskFailure",
            ])
        for request in requests {
            #expect(request.url == "https://states.eu-west-1.amazonaws.com/")
            #expect(request.header("Content-Type") == "application/x-amz-json-1.0")
            #expect(request.header("Authorization")?.contains("/eu-west-1/states/") == true)
        }
        let bodies = try requests.map {
            try JSONDecoder().decode(Body.self, from: Data($0.body.bytes))
        }
        #expect(bodies.map(\.taskToken) == ["the-token", "the-token", "the-token"])
        #expect(bodies[1].output == #"{"a":"é\n"}"#)
        #expect(bodies[2].error == "Martlet.DataInvalid" && bodies[2].cause == "{}")
    }

    @Test(
        "a task that no longer waits is a fence, and is asked once",
        arguments: [
            "TaskTimedOut", "TaskDoesNotExist", "InvalidToken",
            "com.amazonaws.swf.service.v2.model#TaskTimedOut", "KmsAccessDeniedException",
        ])
    func fences(type: String) async throws {
        let (error, transport) = try await failure([
            .response(400, ["x-amzn-RequestId": "R"], #"{"__type":"\#(type)","message":"m"}"#)
        ])
        #expect(error?.code == .fenced)
        #expect(error?.serviceCode == type.split(separator: "#").last.map(String.init))
        #expect(error?.message.contains("R") == true)
        #expect(transport.requests.count == 1)
    }

    @Test("throttling and outages are tried again")
    func retries() async throws {
        let (error, transport) = try await failure([
            .response(400, [:], #"{"__type":"ThrottlingException"}"#), .response(503),
            .failure(.closed), .response(200, [:], "{}"),
        ])
        #expect(error == nil)
        #expect(transport.requests.count == 4)
        let (lasting, _) = try await failure(Array(repeating: .response(500), count: 9))
        #expect(lasting?.code == .unavailable)
    }

    @Test(
        "refusals by kind",
        arguments: [
            ("AccessDeniedException", 400, TaskCallbackError.Code.accessDenied),
            ("UnrecognizedClientException", 400, .accessDenied),
            ("InvalidOutput", 400, .invalidParameter),
            ("ValidationException", 400, .invalidParameter),
        ])
    func refusals(type: String, status: Int, expected: TaskCallbackError.Code) async throws {
        let (error, _) = try await failure([
            .response(status, [:], #"{"__type":"\#(type)","Message":"why"}"#)
        ])
        #expect(error?.code == expected)
        #expect(error?.message.contains("why") == true)
    }

    @Test("neither token nor keys stand in an error")
    func hides() async throws {
        let (error, _) = try await failure(Array(repeating: .failure(.timedOut), count: 9))
        let text = "\(String(describing: error))"
        #expect(error?.code == .unavailable)
        #expect(!text.contains("the-token") && !text.contains("secret"))
    }
}
