import AWS
import Logging
import Testing

@Suite("ECSClient")
struct ECSClientTests {
    func client(_ transport: ScriptedTransport) throws -> ECSClient {
        let environment = AWSEnvironment(
            variables: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id",
                "AWS_SECRET_ACCESS_KEY": "secret",
            ], readFile: { _ in nil })
        return try AWSClients(
            environment: environment, transport: transport, time: ManualTime().source,
            logger: Logger(label: "test")
        ).ecs()
    }

    @Test("lists page by page, describes a hundred at a time")
    func lists() async throws {
        let names = (0..<150).map { "t\($0)" }
        func list(_ part: ArraySlice<String>, next: String) -> ScriptedTransport.Answer {
            let text = part.map { "\"\($0)\"" }.joined(separator: ",")
            return .response(200, [:], "{\"taskArns\":[\(text)]\(next)}")
        }
        func described(_ part: ArraySlice<String>) -> ScriptedTransport.Answer {
            let text = part.map { "{\"taskArn\":\"\($0)\",\"group\":\"run:r\"}" }
            return .response(200, [:], "{\"tasks\":[\(text.joined(separator: ","))]}")
        }
        let transport = ScriptedTransport([
            list(names[..<100], next: ",\"nextToken\":\"more\""), list(names[100...], next: ""),
            described(names[..<100]), described(names[100...]),
        ])
        let tasks = try await client(transport).runningTasks(cluster: "c", family: "f")
        #expect(tasks.map(\.taskArn) == names)
        #expect(tasks.allSatisfy { $0.group == "run:r" })
        let targets = transport.requests.compactMap { $0.header("X-Amz-Target") }
        #expect(
            targets.map { $0.split(separator: ".").last ?? "" } == [
                "ListTasks", "ListTasks", "DescribeTasks", "DescribeTasks",
            ])
        #expect(transport.requests.allSatisfy { $0.url == "https://ecs.eu-west-1.amazonaws.com/" })
    }

    @Test("a refusal is told with its code")
    func refusal() async throws {
        let transport = ScriptedTransport([
            .response(400, [:], #"{"__type":"AccessDeniedException","message":"no"}"#)
        ])
        let error = await #expect(throws: ServiceError.self) {
            try await client(transport).stop("t", cluster: "c", reason: "r")
        }
        #expect(error?.serviceCode == "AccessDeniedException")
    }
}
