import AWS
import Callbacks
import FoundationEssentials
import Logging
import SigV4
import TestSupport
import Testing

/// A state machine waits for a task token, which it hands out through a queue.
@Suite(
    "Step Functions against a local server", .enabled(if: LocalCloud.isThere, LocalCloud.comment),
    .timeLimit(.minutes(2)), .serialized)
struct StepFunctionsIntegrationTests {
    let clients = LocalCloud.clients()
    let name = "martlet-" + String(UInt64.random(in: 0 ... .max), radix: 16)

    struct Answer: Decodable {
        struct Message: Decodable {
            let Body: String
        }

        let QueueUrl: String?
        let Messages: [Message]?
        let stateMachineArn: String?
        let executionArn: String?
        let status: String?
        let output: String?
        let error: String?
        let cause: String?
    }

    /// A call of a JSON service, with the target's prefix and version.
    func call(
        _ service: String, _ target: String, _ body: String
    ) async throws -> Answer {
        let client = ServiceClient(
            signer: RequestSigner(
                region: LocalCloud.region, service: service, pathRule: .normalizedAndEncodedAgain),
            errorFormat: .json, transport: LocalCloud.transport,
            credentials: CredentialCache(source: FixedCredentials(), time: .system()),
            policy: RetryPolicy(), time: .system(), logger: Logger(label: "test"))
        let endpoint = try #require(Endpoint(parsing: LocalCloud.endpoint ?? ""))
        let response = try await client.send(
            ServiceRequest(
                action: target,
                http: HTTPRequest(
                    .post, endpoint, path: "/",
                    headers: [
                        HeaderField("Content-Type", "application/x-amz-json-1.0"),
                        HeaderField("X-Amz-Target", target),
                    ], body: HTTPBody(body))))
        let text = response.body.isEmpty ? Array("{}".utf8) : response.body
        return try JSONDecoder().decode(Answer.self, from: Data(text))
    }

    func states(_ operation: String, _ body: String) async throws -> Answer {
        try await call("states", "AWSStepFunctions." + operation, body)
    }

    func quoted(_ text: String) -> String {
        "\""
            + text.split(separator: "\\", omittingEmptySubsequences: false).joined(
                separator: "\\\\"
            )
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            + "\""
    }

    /// Starts an execution and gives it with the token it waits for.
    func waitingTask() async throws -> (execution: String, token: TaskToken) {
        let queue = try #require(
            try await call("sqs", "AmazonSQS.CreateQueue", "{\"QueueName\":\"\(name)\"}").QueueUrl)
        let definition = """
            {"StartAt":"Work","States":{"Work":{"Type":"Task","End":true,"TimeoutSeconds":60,"HeartbeatSeconds":30,
            "Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters":{"QueueUrl":"\(queue)","MessageBody.$":"$$.Task.Token"}}}}
            """.split(separator: "\n").joined()
        let machine = try #require(
            try await states(
                "CreateStateMachine",
                "{\"name\":\"\(name)\",\"definition\":\(quoted(definition)),"
                    + "\"roleArn\":\"arn:aws:iam::123456789012:role/test\"}"
            ).stateMachineArn)
        let execution = try #require(
            try await states(
                "StartExecution", "{\"stateMachineArn\":\"\(machine)\",\"input\":\"{}\"}"
            ).executionArn)
        for _ in 0..<200 {
            let messages = try await call(
                "sqs", "AmazonSQS.ReceiveMessage", "{\"QueueUrl\":\"\(queue)\"}")
            if let token = messages.Messages?.first?.Body {
                return (execution, try TaskToken(parsing: token))
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TaskCallbackError(.unavailable, "no token came")
    }

    func end(of execution: String) async throws -> Answer {
        for _ in 0..<200 {
            let answer = try await states(
                "DescribeExecution", "{\"executionArn\":\"\(execution)\"}")
            if answer.status != "RUNNING" { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TaskCallbackError(.unavailable, "the execution does not end")
    }

    @Test("a waiting execution succeeds with our output")
    func succeeds() async throws {
        let task = try await waitingTask()
        let callback = try clients.callback(token: task.token)
        let reporter = TaskReporter(callback: callback)
        try await reporter.withHeartbeats {
            try await reporter.confirmOwnership()
            let success = TaskSuccess(
                runID: "run", stage: "train", commitURI: "s3://b/commit \"é\"", commitSHA256: "00",
                rowsIn: 5, rowsOut: 5, shardsOK: 1, result: "{\"rmse\":0.5}", peakRSSBytes: 1,
                wallTime: .seconds(1))
            try await reporter.report(.success(success))
        }
        let ended = try await end(of: task.execution)
        #expect(ended.status == "SUCCEEDED")
        #expect(ended.output?.contains("commit_uri") == true)
        await clients.shutdown()
    }

    @Test("a waiting execution fails with our error")
    func fails() async throws {
        let task = try await waitingTask()
        let callback = try clients.callback(token: task.token)
        let failure = TaskFailure(
            error: "Martlet.DataInvalid", message: "constant target", column: "age",
            isRetryable: false)
        try await TaskReporter(callback: callback).report(.failure(failure))
        let ended = try await end(of: task.execution)
        #expect(ended.status == "FAILED")
        #expect(ended.error == "Martlet.DataInvalid")
        await clients.shutdown()
    }

    @Test("a token that nobody waits for is a fence")
    func fence() async throws {
        let callback = try clients.callback(token: TaskToken(parsing: "bm9ib2R5"))
        do throws(TaskCallbackError) {
            try await callback.heartbeat()
            Issue.record("accepted")
        } catch {
            #expect(error.code == .fenced)
        }
        await clients.shutdown()
    }
}
