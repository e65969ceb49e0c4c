import AWS
import Logging
import Testing

@Suite("ServiceQuotasClient")
struct ServiceQuotasClientTests {
    func client(_ transport: ScriptedTransport) throws -> ServiceQuotasClient {
        let environment = AWSEnvironment(
            variables: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id",
                "AWS_SECRET_ACCESS_KEY": "secret",
            ], readFile: { _ in nil })
        return try AWSClients(
            environment: environment, transport: transport, time: ManualTime().source,
            logger: Logger(label: "test")
        ).serviceQuotas()
    }

    static let quota = #"{"Quota":{"QuotaCode":"L-3032A538","Value":12.0,"Unit":"None"}}"#

    @Test("asks for Fargate's vCPUs")
    func asks() async throws {
        let transport = ScriptedTransport([.response(200, [:], Self.quota)])
        #expect(try await client(transport).processorCountMax(.onDemand) == 12)
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://servicequotas.eu-west-1.amazonaws.com/")
        #expect(request.header("X-Amz-Target") == "ServiceQuotasV20190624.GetServiceQuota")
        let body = String(decoding: request.body.bytes, as: UTF8.self)
        #expect(body.contains("\"fargate\"") && body.contains("\"L-3032A538\""))
        #expect(request.header("Authorization")?.contains("/servicequotas/aws4_request") == true)
    }

    @Test("a quota that was never changed has AWS's default")
    func defaults() async throws {
        let transport = ScriptedTransport([
            .response(400, [:], #"{"__type":"NoSuchResourceException","Message":"none"}"#),
            .response(200, [:], Self.quota),
        ])
        #expect(try await client(transport).processorCountMax(.spot) == 12)
        #expect(
            transport.requests.last?.header("X-Amz-Target")
                == "ServiceQuotasV20190624.GetAWSDefaultServiceQuota")
    }

    @Test("a missing right is told, and tried once")
    func refusal() async throws {
        let transport = ScriptedTransport([
            .response(400, [:], #"{"__type":"AccessDeniedException","Message":"no"}"#)
        ])
        let error = await #expect(throws: ServiceError.self) {
            try await client(transport).processorCountMax(.onDemand)
        }
        #expect(error?.serviceCode == "AccessDeniedException")
        #expect(transport.requests.count == 1)
    }
}
