import AWS
import Logging
import SigV4
import Synchronization
import Testing

@Suite("ServiceClient")
struct ServiceClientTests {
    let time = ManualTime()
    let request = ServiceRequest(
        action: "s3:GetObject",
        http: HTTPRequest(.get, Endpoint(scheme: .https, host: "s3.test"), path: "/b/k"))

    func client(
        _ transport: ScriptedTransport, source: any CredentialSource = FixedCredentials(),
        tally: RequestTally = RequestTally()
    ) -> ServiceClient {
        ServiceClient(
            signer: RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent),
            errorFormat: .xml, transport: transport,
            credentials: CredentialCache(source: source, time: time.source),
            policy: RetryPolicy(), time: time.source, logger: Logger(label: "test"),
            tally: tally)
    }

    func failure(_ client: ServiceClient) async -> ServiceError? {
        do throws(ServiceError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    static func xml(_ code: String) -> String {
        "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>why</Message>"
            + "<RequestId>R1</RequestId></Error>"
    }

    @Test("transient failures are tried again with full jitter, doubling")
    func retries() async throws {
        let transport = ScriptedTransport([
            .response(500), .failure(.closed), .response(503, [:], Self.xml("SlowDown")),
            .response(429), .response(200, [:], "fine"),
        ])
        let tally = RequestTally()
        let response = try await client(transport, tally: tally).send(request)
        #expect(response.body == Array("fine".utf8))
        #expect(tally.retryCount == 4)
        #expect(tally.throttleCount == 2)
        #expect(
            time.pauses == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
            ])
    }

    @Test("after five attempts the last error comes out, with its code and request id")
    func givesUp() async {
        let answers = [ScriptedTransport.Answer](
            repeating: .response(503, [:], Self.xml("SlowDown")), count: 6)
        let transport = ScriptedTransport(answers)
        let error = await failure(client(transport))
        #expect(error?.kind == .refused(status: 503))
        #expect(error?.serviceCode == "SlowDown")
        #expect(error?.requestID == "R1")
        #expect(error?.attemptCount == 5)
        #expect(transport.unusedAnswerCount == 1)
    }

    @Test(
        "what trying again cannot mend is not tried again",
        arguments: [
            ("AccessDenied", 403), ("NoSuchKey", 404), ("PreconditionFailed", 412),
            ("SignatureDoesNotMatch", 403), ("InvalidArgument", 400),
        ])
    func finalErrors(code: String, status: Int) async {
        let transport = ScriptedTransport([.response(status, [:], Self.xml(code)), .response(200)])
        let error = await failure(client(transport))
        #expect(error?.serviceCode == code)
        #expect(error?.attemptCount == 1)
        #expect(time.pauses.isEmpty)
    }

    @Test("when many requests fail, retries run out for all")
    func tokenBucket() async {
        let transport = ScriptedTransport(Array(repeating: .response(500), count: 2_000))
        let client = client(transport)
        for _ in 0..<60 { _ = await failure(client) }
        // 60 first attempts, and 500 / 5 retries for all of them.
        #expect(transport.requests.count == 160)
    }

    @Test("a clock that is wrong by an hour is corrected by the answer's date, at once")
    func clockSkew() async throws {
        // 1,800,000,000 s is 2027-01-15 08:00:00 UTC.
        let date = ["Date": "Fri, 15 Jan 2027 09:00:00 GMT"]
        let transport = ScriptedTransport([
            .response(403, date, Self.xml("RequestTimeTooSkewed")), .response(200), .response(200),
        ])
        let client = client(transport)
        _ = try await client.send(request)
        _ = try await client.send(request)
        let dates = transport.requests.map { $0.header("X-Amz-Date") }
        #expect(dates == ["20270115T080000Z", "20270115T090000Z", "20270115T090000Z"])
        #expect(time.pauses == [.zero])
    }

    @Test("a skew that the date does not explain is an error, not a loop")
    func clockSkewTwice() async {
        let date = ["Date": "Fri, 15 Jan 2027 08:00:01 GMT"]
        let transport = ScriptedTransport(
            Array(repeating: .response(403, date, Self.xml("RequestTimeTooSkewed")), count: 9))
        #expect(await failure(client(transport))?.attemptCount == 1)
    }

    @Test("an expired token is renewed once")
    func expiredToken() async throws {
        let source = CountingSource()
        let transport = ScriptedTransport([
            .response(400, [:], Self.xml("ExpiredToken")), .response(200),
            .response(400, [:], Self.xml("ExpiredToken")),
            .response(400, [:], Self.xml("ExpiredToken")), .response(200),
        ])
        let client = client(transport, source: source)
        _ = try await client.send(request)
        #expect(source.count == 2)
        let keys = transport.requests.map { $0.header("X-Amz-Security-Token") }
        #expect(keys == ["token1", "token2"])
        #expect(await failure(client)?.serviceCode == "ExpiredToken")
        #expect(transport.unusedAnswerCount == 1)
    }

    @Test("no attempt begins after the time budget")
    func timeBudget() async {
        var slow: [ScriptedTransport.Answer] = []
        for _ in 0..<5 {
            slow += [.wait { time.advance(seconds: 100) }, .failure(.timedOut)]
        }
        let transport = ScriptedTransport(slow)
        #expect(await failure(client(transport))?.attemptCount == 2)
    }

    @Test("an error inside a 200 is an error, and is tried again")
    func hiddenError() async throws {
        var request = request
        request.mayHideError = true
        let transport = ScriptedTransport([
            .response(200, [:], Self.xml("InternalError")),
            .response(200, [:], "<CompleteMultipartUploadResult/>"),
        ])
        _ = try await client(transport).send(request)
        #expect(transport.requests.count == 2)
    }

    @Test("an answer that fails its check is tried again, then out of spec")
    func failedCheck() async {
        var request = request
        request.check = { _ in "a byte is missing" }
        let transport = ScriptedTransport(Array(repeating: .response(200), count: 5))
        do throws(ServiceError) {
            _ = try await client(transport).send(request)
            Issue.record("no error")
        } catch {
            #expect(error.kind == .outOfSpec)
            #expect(error.message == "a byte is missing")
            #expect(transport.unusedAnswerCount == 0)
        }
    }

    @Test("cancellation ends the wait between attempts")
    func cancellation() async {
        let transport = ScriptedTransport([
            .wait { withUnsafeCurrentTask { $0?.cancel() } }, .response(500), .response(200),
        ])
        let client = client(transport)
        let error = await withTaskGroup(of: ServiceError?.self) { group in
            group.addTask { await failure(client) }
            return await group.next() ?? nil
        }
        #expect(error?.kind == .interrupted)
    }

    @Test("the body's hash is signed over HTTP, and not over TLS to S3")
    func payloadHash() async throws {
        var request = request
        request.http.method = .put
        request.http.body = HTTPBody("hello")
        let transport = ScriptedTransport([.response(200), .response(200)])
        let client = client(transport)
        _ = try await client.send(request)
        request.http.endpoint = Endpoint(scheme: .http, host: "local", port: 5_000)
        _ = try await client.send(request)
        let hashes = transport.requests.map { $0.header("x-amz-content-sha256") }
        #expect(hashes == ["UNSIGNED-PAYLOAD", RequestSigner.hash("hello")])
        #expect(transport.requests.map { $0.header("host") } == ["s3.test", "local:5000"])
    }
}

/// Gives `token1`, `token2`, and so on.
final class CountingSource: CredentialSource {
    let name = "test"
    private let calls = Mutex(0)
    private let lifetime: Int?
    private let time: ManualTime?

    init(lifetime: Int? = nil, time: ManualTime? = nil) {
        self.lifetime = lifetime
        self.time = time
    }

    var count: Int { calls.withLock { $0 } }

    func fetch() async throws(CredentialError) -> CredentialAnswer {
        let number = calls.withLock { calls in
            calls += 1
            return calls
        }
        let keys = SigningCredentials(
            accessKeyID: "id", secretAccessKey: "secret", sessionToken: "token\(number)")
        let expiration = lifetime.map { $0 + (time?.now ?? 0) }
        return .found(ExpiringCredentials(keys, expiration: expiration))
    }
}
