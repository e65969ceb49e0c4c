import AWS
import Logging
import ObjectStores
import SigV4
import TestSupport
import Testing

@Suite("S3Store")
struct S3StoreTests {
    let time = ManualTime()
    let object = ObjectSummary(
        url: ObjectURL(.s3(bucket: "bucket", key: "k")), byteCount: 10, etag: "e")

    func store(_ transport: ScriptedTransport, region: String? = "eu-west-1") -> S3Store {
        S3Store(
            service: ServiceClient(
                signer: RequestSigner(
                    region: region ?? "us-east-1", service: "s3", pathRule: .asSent),
                errorFormat: .xml, transport: transport,
                credentials: CredentialCache(source: CountingSource(), time: time.source),
                policy: RetryPolicy(), time: time.source, logger: Logger(label: "test")),
            addressing: S3Addressing(region: region, endpoint: nil))
    }

    func failure(
        _ body: () async throws(ObjectStoreError) -> Void
    ) async -> ObjectStoreError? {
        do throws(ObjectStoreError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    static func error(_ code: String, _ more: String = "") -> String {
        "<Error><Code>\(code)</Code><Message>why</Message>\(more)</Error>"
    }

    func read(_ transport: ScriptedTransport, _ range: ByteRange) async throws(ObjectStoreError)
        -> [UInt8]
    {
        try await store(transport).read(object, range: range).withUnsafeBytes { Array($0) }
    }

    let part = [
        "Content-Range": "bytes 2-5/10", "ETag": "\"e\"",
    ]

    @Test("a range is asked for by offset and ETag")
    func rangeRequest() async throws {
        let transport = ScriptedTransport([.response(206, part, "cdef")])
        let bytes = try await read(transport, ByteRange(offset: 2, count: 4))
        #expect(bytes == Array("cdef".utf8))
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://bucket.s3.eu-west-1.amazonaws.com/k")
        #expect(request.header("Range") == "bytes=2-5")
        #expect(request.header("If-Match") == "\"e\"")
    }

    @Test("a refusal of HEAD without a word is explained by GET, and mended where it can be")
    func unexplainedRefusal() async throws {
        let head = ["Content-Length": "10", "ETag": "\"e\""]
        let expired = ScriptedTransport.Answer.response(400, [:], Self.error("ExpiredToken"))
        let mended = ScriptedTransport([
            .response(400), expired, .response(206, [:], "a"), .response(200, head),
        ])
        #expect(try await store(mended).summary(of: object.url) == object)
        #expect(mended.requests.map(\.method) == [.head, .get, .get, .head])
        #expect(mended.requests[1].header("Range") == "bytes=0-0")

        let gone = ScriptedTransport([
            .response(400), .response(404, [:], Self.error("NoSuchKey")), .response(404),
        ])
        #expect(try await store(gone).summary(of: object.url) == nil)

        let denied = ScriptedTransport([.response(400), expired, expired])
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(denied).summary(of: object.url)
        }
        #expect(error?.code == .accessDenied)
        #expect(error?.serviceCode == "ExpiredToken")

        let empty = ScriptedTransport([.response(400), .response(416), .response(400)])
        let again = await failure { () throws(ObjectStoreError) in
            _ = try await store(empty).summary(of: object.url)
        }
        #expect(again?.code == .unavailable)
    }

    @Test("a clock that is wrong shows in a HEAD's refusal only by its date")
    func skewedHead() async throws {
        let head = ["Content-Length": "10", "ETag": "\"e\""]
        // An hour after ManualTime's.
        let later = ["Date": "Fri, 15 Jan 2027 09:00:00 GMT"]
        let transport = ScriptedTransport([.response(403, later), .response(200, head)])
        #expect(try await store(transport).summary(of: object.url) == object)
        #expect(transport.requests[1].header("x-amz-date") == "20270115T090000Z")
        let denied = ScriptedTransport([.response(403, later), .response(403, later)])
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(denied).summary(of: object.url)
        }
        #expect(error?.code == .accessDenied)
        #expect(error?.serviceCode == nil)
    }

    @Test("an empty range needs no request")
    func emptyRange() async throws {
        let transport = ScriptedTransport()
        #expect(try await read(transport, ByteRange(offset: 10, count: 0)).isEmpty)
        #expect(transport.requests.isEmpty)
    }

    @Test(
        "damaged answers are asked for again, and never handed out",
        arguments: [
            ScriptedTransport.Answer.response(206, ["Content-Range": "bytes 2-5/10"], "cde"),
            .response(206, ["Content-Range": "bytes 2-5/11"], "cdef"),
            .response(206, ["Content-Range": "bytes 3-6/10"], "cdef"),
            .response(206, [:], "cdef"),
            .response(200, [:], "cdef"),
            .failure(.closed), .failure(.malformed),
        ])
    func damagedRange(answer: ScriptedTransport.Answer) async throws {
        let transport = ScriptedTransport([answer, .response(206, part, "cdef")])
        #expect(
            try await read(transport, ByteRange(offset: 2, count: 4)) == Array("cdef".utf8))
        let always = ScriptedTransport(Array(repeating: answer, count: 9))
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await read(always, ByteRange(offset: 2, count: 4))
        }
        #expect([.outOfSpec, .unavailable].contains(error?.code))
        #expect(always.unusedAnswerCount == 4)
    }

    @Test("a body larger than the range is out of spec at once")
    func oversizedRange() async {
        let transport = ScriptedTransport([.response(206, part, "cdefg"), .response(206, part)])
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await read(transport, ByteRange(offset: 2, count: 4))
        }
        #expect(error?.code == .outOfSpec)
    }

    @Test("the checksum of a whole object is verified")
    func checksum() async throws {
        // CRC-32 of "123456789" is 0xCBF43926, the check value of its catalogue entry.
        let object = ObjectSummary(url: object.url, byteCount: 9, etag: "e")
        let right = ["x-amz-checksum-crc32": "y/Q5Jg==", "Content-Range": "bytes 0-8/9"]
        let wrong = ["x-amz-checksum-crc32": "AAAAAA==", "Content-Range": "bytes 0-8/9"]
        let parts = ["x-amz-checksum-crc32": "AAAAAA==-3", "Content-Range": "bytes 0-8/9"]
        for headers in [right, parts] {
            // The second answer is to the question for the size of a part, which it does not tell.
            let transport = ScriptedTransport([
                .response(206, headers, "123456789"), .response(200),
            ])
            _ = try await store(transport).read(object, range: ByteRange(offset: 0, count: 9))
        }
        let transport = ScriptedTransport(
            Array(repeating: .response(206, wrong, "123456789"), count: 5))
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(transport).read(object, range: ByteRange(offset: 0, count: 9))
        }
        #expect(error?.code == .outOfSpec)
        #expect(error?.message.contains("y/Q5Jg==") == true)
    }

    @Test(
        "errors name what to do",
        arguments: [
            ("NoSuchBucket", 404, ObjectStoreError.Code.notFound, "bucket 'bucket'"),
            ("NoSuchKey", 404, .notFound, "object"),
            ("AccessDenied", 403, .accessDenied, "s3:GetObject"),
            ("InvalidAccessKeyId", 403, .accessDenied, "credentials are wrong"),
            ("SignatureDoesNotMatch", 403, .accessDenied, "credentials are wrong"),
            ("ExpiredToken", 400, .accessDenied, "expired"),
            ("RequestTimeTooSkewed", 403, .accessDenied, "clock"),
            ("PreconditionFailed", 412, .changed, "no longer"),
            ("InvalidArgument", 400, .invalidParameter, "why"),
            ("SlowDown", 503, .unavailable, "5 attempts"),
        ])
    func errors(code: String, status: Int, expected: ObjectStoreError.Code, text: String) async {
        let answer = ScriptedTransport.Answer.response(
            status, ["x-amz-request-id": "R7"], Self.error(code))
        let transport = ScriptedTransport(Array(repeating: answer, count: 5))
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await read(transport, ByteRange(offset: 0, count: 1))
        }
        #expect(error?.code == expected)
        #expect(error?.serviceCode == code)
        #expect(error?.requestID == "R7")
        #expect(error?.url == object.url)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test("without a region nothing is sent")
    func noRegion() async {
        let transport = ScriptedTransport()
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(transport, region: nil).summary(of: object.url)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("AWS_REGION") == true)
        #expect(transport.requests.isEmpty)
    }

    @Test("a list follows its pages; the same page again is out of spec")
    func listPages() async throws {
        func page(_ key: String, next: String?) -> ScriptedTransport.Answer {
            let more = next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
            return .response(
                200, [:],
                """
                <ListBucketResult xmlns="x"><EncodingType>url</EncodingType>
                <IsTruncated>\(next != nil)</IsTruncated>\(more)
                <Contents><Key>\(key)</Key><ETag>"t"</ETag><Size>3</Size></Contents>
                </ListBucketResult>
                """)
        }
        let folder = ObjectURL(.s3(bucket: "bucket", key: "p/"))
        let transport = ScriptedTransport([page("p/b%2Bc+d", next: "n"), page("p/a", next: nil)])
        let listed = try await store(transport).list(folder)
        #expect(listed.map(\.url.description) == ["s3://bucket/p/a", "s3://bucket/p/b+c d"])
        #expect(listed.first == ObjectSummary(url: listed[0].url, byteCount: 3, etag: "t"))
        #expect(transport.requests.last?.url.contains("continuation-token=n") == true)

        let circle = ScriptedTransport(Array(repeating: page("p/a", next: "n"), count: 9))
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(circle).list(folder)
        }
        #expect(error?.code == .outOfSpec)
        #expect(circle.requests.count == 2)
    }

    @Test("where listing is not allowed, a single object is still found")
    func listWithoutPermission() async throws {
        let found = ScriptedTransport([.response(200, ["Content-Length": "10", "ETag": "\"e\""])])
        #expect(try await store(found).list(object.url) == [object])
        let missing = ScriptedTransport([
            .response(403), .response(403, [:], Self.error("AccessDenied")),
        ])
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(missing).list(object.url)
        }
        #expect(error?.code == .accessDenied)
        #expect(error?.message.contains("s3:ListBucket") == true)
    }

    func publish(
        _ transport: ScriptedTransport, ifAbsent: Bool
    ) async throws(ObjectStoreError) -> ObjectSummary {
        let staged = try await store(transport).stage(object.url)
        let bytes = ObjectBytes(Array("123456789".utf8))
        try await staged.append(bytes.bytes)
        try await staged.seal()
        return try await staged.publish(ifAbsent: ifAbsent)
    }

    @Test("a small object is one conditional PUT with a checksum")
    func put() async throws {
        let transport = ScriptedTransport([.response(200, ["ETag": "\"new\""])])
        let summary = try await publish(transport, ifAbsent: true)
        #expect(summary == ObjectSummary(url: object.url, byteCount: 9, etag: "new"))
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1)
        #expect(request.header("If-None-Match") == "*")
        #expect(request.header("x-amz-checksum-crc32") == "y/Q5Jg==")
        #expect(request.body.bytes == Array("123456789".utf8))
    }

    @Test("an object past 32 KiB leaves memory when it is sealed, and is seen when published")
    func uploadsWhenSealed() async throws {
        let transport = ScriptedTransport([
            .response(200, [:], "<R><UploadId>u</UploadId></R>"),
            .response(200, ["ETag": "\"part\""]),
            .response(200, [:], "<R><ETag>\"new\"</ETag></R>"),
        ])
        let staged = try await store(transport).stage(object.url)
        let content = ObjectBytes([UInt8](repeating: 7, count: 40_000))
        try await staged.append(content.bytes)
        #expect(transport.requests.isEmpty)
        try await staged.seal()
        #expect(transport.requests.map(\.method) == [.post, .put])
        #expect(transport.requests.last?.body.count == 40_000)
        _ = try await staged.publish(ifAbsent: false)
        #expect(transport.requests.map(\.method) == [.post, .put, .post])
    }

    @Test("a conflict is tried again, a refusal is alreadyExists")
    func conditionalPut() async throws {
        let conflict = ScriptedTransport([
            .response(409, [:], Self.error("ConditionalRequestConflict")),
            .response(200, ["ETag": "\"new\""]),
        ])
        _ = try await publish(conflict, ifAbsent: true)
        let exists = ScriptedTransport([
            .response(412, [:], Self.error("PreconditionFailed")),
            .response(200, ["ETag": "\"x\"", "x-amz-meta-martlet-write": "other"]),
        ])
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await publish(exists, ifAbsent: true)
        }
        #expect(error?.code == .alreadyExists)
    }

    @Test("a write whose answer was lost is recognised as ours")
    func lostAnswer() async throws {
        let transport = EchoingTransport()
        let staged = try await S3Store(
            service: ServiceClient(
                signer: RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent),
                errorFormat: .xml, transport: transport,
                credentials: CredentialCache(source: CountingSource(), time: time.source),
                policy: RetryPolicy(), time: time.source, logger: Logger(label: "test")),
            addressing: S3Addressing(region: "eu-west-1", endpoint: nil)
        ).stage(object.url)
        try await staged.seal()
        let summary = try await staged.publish(ifAbsent: true)
        #expect(summary.etag == "stored")
        #expect(transport.putCount == 2)
    }

    @Test(
        "names that S3 does not have are refused before anything is sent",
        arguments: [
            ("b", "k"), ("Bucket", "k"), ("a_b_c", "k"), ("bucket", ""),
            ("bucket", String(repeating: "é", count: 513)),
            (String(repeating: "b", count: 64), "k"),
        ])
    func names(bucket: String, key: String) async {
        let transport = ScriptedTransport()
        let url = ObjectURL(.s3(bucket: bucket, key: key))
        let error = await failure { () throws(ObjectStoreError) in
            _ = try await store(transport).stage(url)
        }
        #expect(error?.code == .invalidParameter)
        #expect(transport.requests.isEmpty)
    }

    @Test(
        "hosts and paths",
        arguments: [
            ("bucket", "eu-west-1", "", "https://bucket.s3.eu-west-1.amazonaws.com/k"),
            ("my.bucket", "eu-west-1", "", "https://s3.eu-west-1.amazonaws.com/my.bucket/k"),
            ("bucket", "cn-north-1", "", "https://bucket.s3.cn-north-1.amazonaws.com.cn/k"),
            ("bucket", "", "http://127.0.0.1:9000/", "http://127.0.0.1:9000/bucket/k"),
            ("bucket", "", "https://[::1]:9/base/", "https://[::1]:9/base/bucket/k"),
        ])
    func addresses(bucket: String, region: String, endpoint: String, expected: String) async {
        let transport = ScriptedTransport()
        let service = ServiceClient(
            signer: RequestSigner(region: "x", service: "s3", pathRule: .asSent),
            errorFormat: .xml, transport: transport,
            credentials: CredentialCache(source: CountingSource(), time: time.source),
            policy: RetryPolicy(attemptCountMax: 1), time: time.source,
            logger: Logger(label: "test"))
        let store = S3Store(
            service: service,
            addressing: S3Addressing(
                region: region.isEmpty ? nil : region, endpoint: Endpoint(parsing: endpoint)))
        _ = try? await store.summary(of: ObjectURL(.s3(bucket: bucket, key: "k")))
        #expect(transport.requests.map(\.url) == [expected])
    }
}
