import AWS
import Logging
import ObjectStores
import SigV4
import Testing

@Suite("Buckets of other regions")
struct MovedBucketsTests {
    let object = ObjectSummary(
        url: ObjectURL(.s3(bucket: "bucket", key: "k")), byteCount: 10, etag: "e")
    let range = ByteRange(offset: 2, count: 4)

    func store(_ transport: ScriptedTransport, endpoint: String = "") -> S3Store {
        let time = ManualTime()
        return S3Store(
            service: ServiceClient(
                signer: RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent),
                errorFormat: .xml, transport: transport,
                credentials: CredentialCache(source: CountingSource(), time: time.source),
                policy: RetryPolicy(), time: time.source, logger: Logger(label: "test")),
            addressing: S3Addressing(region: "eu-west-1", endpoint: Endpoint(parsing: endpoint)))
    }

    static func error(_ code: String, _ more: String = "") -> String {
        "<Error><Code>\(code)</Code><Message>why</Message>\(more)</Error>"
    }

    static func moved(to region: String) -> ScriptedTransport.Answer {
        .response(301, ["x-amz-bucket-region": region], error("PermanentRedirect"))
    }

    @Test(
        "they are followed there, and found there from then on",
        arguments: [
            (301, ["x-amz-bucket-region": "us-west-2"], error("PermanentRedirect")),
            (307, ["x-amz-bucket-region": "us-west-2"], error("TemporaryRedirect")),
            (400, [:], error("AuthorizationHeaderMalformed", "<Region>us-west-2</Region>")),
        ])
    func follows(status: Int, headers: [String: String], body: String) async throws {
        let answer = ScriptedTransport.Answer.response(
            206, ["Content-Range": "bytes 2-5/10"], "cdef")
        let transport = ScriptedTransport([.response(status, headers, body), answer, answer])
        let store = store(transport)
        for _ in 0..<2 {
            let bytes = try await store.read(object, range: range)
            #expect(bytes.withUnsafeBytes { Array($0) } == Array("cdef".utf8))
        }
        let regions = ["eu-west-1", "us-west-2", "us-west-2"]
        #expect(
            transport.requests.map(\.url)
                == regions.map { "https://bucket.s3.\($0).amazonaws.com/k" })
        for (request, region) in zip(transport.requests, regions) {
            #expect(request.header("Authorization")?.contains("/\(region)/s3/") == true)
        }
    }

    @Test("HEAD, whose answer has no body, is followed too")
    func head() async throws {
        let transport = ScriptedTransport([
            .response(301, ["x-amz-bucket-region": "us-west-2"]),
            .response(200, ["Content-Length": "10", "ETag": "\"e\""]),
        ])
        #expect(try await store(transport).summary(of: object.url) == object)
    }

    @Test("one that no region admits to have is told with the last")
    func lost() async {
        let transport = ScriptedTransport([
            Self.moved(to: "us-west-2"), Self.moved(to: "ap-east-1"),
        ])
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store(transport).read(object, range: range)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("ap-east-1") == true)
    }

    @Test("a region that is none is not called", arguments: ["evil.example/", "a.b", "é", ""])
    func strange(region: String) async {
        let transport = ScriptedTransport([Self.moved(to: region)])
        await #expect(throws: ObjectStoreError.self) {
            try await store(transport).read(object, range: range)
        }
        #expect(transport.requests.count == 1)
    }

    @Test("behind an endpoint of its own the right region is named")
    func ownEndpoint() async {
        let transport = ScriptedTransport([Self.moved(to: "us-west-2")])
        let error = await #expect(throws: ObjectStoreError.self) {
            try await store(transport, endpoint: "http://127.0.0.1:9000")
                .read(object, range: range)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("AWS_REGION=us-west-2") == true)
        #expect(transport.requests.count == 1)
    }
}
