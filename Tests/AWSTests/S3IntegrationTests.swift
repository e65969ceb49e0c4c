import AWS
import Logging
import ObjectStores
import SigV4
import TestSupport
import Testing

@Suite(
    "S3 against a local server", .enabled(if: LocalCloud.isThere, LocalCloud.comment),
    .timeLimit(.minutes(5)))
struct S3IntegrationTests {
    let clients: AWSClients
    let store: S3Store
    let bucket = "martlet-" + String(UInt64.random(in: 0 ... .max), radix: 16)
    let bucketService: ServiceClient

    init() async throws {
        clients = LocalCloud.clients()
        store = try clients.s3Store()
        bucketService = ServiceClient(
            signer: RequestSigner(region: LocalCloud.region, service: "s3", pathRule: .asSent),
            errorFormat: .xml, transport: LocalCloud.transport,
            credentials: CredentialCache(
                source: FixedCredentials(), time: .system()),
            policy: RetryPolicy(), time: .system(), logger: Logger(label: "test"))
        let endpoint = try #require(Endpoint(parsing: LocalCloud.endpoint ?? ""))
        _ = try await bucketService.send(
            ServiceRequest(
                action: "s3:CreateBucket",
                http: HTTPRequest(
                    .put, endpoint, path: "/" + bucket, body: HTTPBody(Self.location))))
    }

    /// S3 wants to be told the region, but for its first one.
    static var location: String {
        guard LocalCloud.region != "us-east-1" else { return "" }
        return "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<LocationConstraint>\(LocalCloud.region)</LocationConstraint>"
            + "</CreateBucketConfiguration>"
    }

    func url(_ key: String) -> ObjectURL { ObjectURL(.s3(bucket: bucket, key: key)) }

    @discardableResult
    func put(_ key: String, _ bytes: [UInt8], ifAbsent: Bool = false) async throws -> ObjectSummary
    {
        let staged = try await store.stage(url(key))
        let object = ObjectBytes(bytes)
        try await staged.append(object.bytes)
        try await staged.seal()
        return try await staged.publish(ifAbsent: ifAbsent)
    }

    func pseudorandom(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
        }
        return Array(bytes.prefix(count))
    }

    func error(_ body: () async throws -> Void) async -> ObjectStoreError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ObjectStoreError
        }
    }

    @Test("writes, summarises, lists, reads and removes a small object")
    func roundTrip() async throws {
        let bytes = pseudorandom(100_000, seed: 1)
        let staged = try await store.stage(url("a/small"))
        let object = ObjectBytes(bytes)
        try await staged.append(object.bytes)
        try await staged.seal()
        #expect(try await store.summary(of: url("a/small")) == nil)
        let written = try await staged.publish(ifAbsent: false)
        #expect(written.byteCount == bytes.count)
        #expect(try await store.summary(of: url("a/small")) == written)
        #expect(try await store.list(url("a")) == [written])
        #expect(try await store.list(url("a/small")) == [written])
        #expect(try await store.list(ObjectURL(.s3(bucket: bucket, key: ""))) == [written])
        let all = try await store.read(written, range: ByteRange(offset: 0, count: bytes.count))
        #expect(all.withUnsafeBytes { Array($0) } == bytes)
        let some = try await store.read(written, range: ByteRange(offset: 99_990, count: 10))
        #expect(some.withUnsafeBytes { Array($0) } == Array(bytes.suffix(10)))
        try await store.remove(url("a/small"))
        try await store.remove(url("a/small"))
        #expect(try await store.summary(of: url("a/small")) == nil)
    }

    @Test("a large object goes up and comes down in parts, and is invisible before publish")
    func multipart() async throws {
        let bytes = pseudorandom((45 << 20) + 12_345, seed: 2)
        let staged = try await store.stage(url("large"))
        let object = ObjectBytes(bytes)
        for start in stride(from: 0, to: bytes.count, by: 7_000_001) {
            let end = min(bytes.count, start + 7_000_001)
            try await staged.append(UnsafeRawBufferPointer(rebasing: object.bytes[start..<end]))
        }
        try await staged.seal()
        #expect(try await store.summary(of: url("large")) == nil)
        let written = try await staged.publish(ifAbsent: true)
        #expect(try await store.summary(of: url("large")) == written)
        #expect(written.byteCount == bytes.count)
        let range = ByteRange(offset: 1_234_567, count: 40 << 20)
        let read = try await store.read(written, range: range)
        #expect(read.withUnsafeBytes { Array($0) } == Array(bytes[range.offset..<range.end]))
        let tail = try await store.read(
            written, range: ByteRange(offset: bytes.count - 8, count: 8))
        #expect(tail.withUnsafeBytes { Array($0) } == Array(bytes.suffix(8)))
    }

    @Test("discard leaves neither an object nor an upload behind")
    func discards() async throws {
        let staged = try await store.stage(url("dropped"))
        let object = ObjectBytes([UInt8](repeating: 7, count: 40 << 20))
        try await staged.append(object.bytes)
        await staged.discard()
        #expect(await error { _ = try await store.list(url("dropped")) }?.code == .notFound)
        let endpoint = try #require(Endpoint(parsing: LocalCloud.endpoint ?? ""))
        let uploads = try await bucketService.send(
            ServiceRequest(
                action: "s3:ListBucketMultipartUploads",
                http: HTTPRequest(
                    .get, endpoint, path: "/" + bucket, query: [QueryItem("uploads")])))
        #expect(try XMLElement(parsing: uploads.body).children("Upload").isEmpty)
    }

    @Test("publish if absent never replaces, small or large", arguments: [10, 9 << 20])
    func conditional(byteCount: Int) async throws {
        let first = try await put("commit", [UInt8](repeating: 1, count: byteCount), ifAbsent: true)
        let bytes = [UInt8](repeating: 2, count: byteCount)
        let refused = await error { try await put("commit", bytes, ifAbsent: true) }
        #expect(refused?.code == .alreadyExists)
        #expect(refused?.url == url("commit"))
        #expect(try await store.summary(of: url("commit")) == first)
        let replaced = try await put("commit", bytes)
        #expect(try await store.summary(of: url("commit")) == replaced)
        #expect(replaced.etag != first.etag)
    }

    @Test("an object that was replaced since it was listed is `changed`")
    func changed() async throws {
        let old = try await put("x", [1, 2, 3])
        try await put("x", [4, 5, 6])
        let failure = await error {
            _ = try await store.read(old, range: ByteRange(offset: 0, count: 3))
        }
        #expect(failure?.code == .changed)
        try await store.remove(url("x"))
        let gone = await error {
            _ = try await store.read(old, range: ByteRange(offset: 0, count: 3))
        }
        #expect(gone?.code == .notFound)
    }

    @Test("lists more than one page, sorted bytewise, hidden names left out")
    func pages() async throws {
        let numbers = 0..<1_203
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in numbers where number % 8 == worker {
                        _ = try? await put("many/p=\(number % 3)/\(number)", [UInt8(number & 255)])
                    }
                }
            }
        }
        for hidden in ["many/_SUCCESS", "many/.x/y", "many/_t/z", "manymore", "many/p=0/"] {
            try await put(hidden, [])
        }
        let listed = try await store.list(url("many")).map(\.url.description)
        #expect(listed.count == 1_203)
        let expected = numbers.map { url("many/p=\($0 % 3)/\($0)").description }.sorted()
        #expect(listed == expected)
    }

    @Test(
        "odd keys survive writing, listing and reading",
        arguments: [
            "with space", "a+b", "ü/ñ/日本", "a//b", "~tilde", "star*(x)!'", "%41", "q?x=1&y",
            "#hash", "emoji 😀", "dt=2024-01-01/part", "semi;colon:at@", "é & <xml> \"quoted\"",
            String(repeating: "x", count: 1_024 - 4),
        ])
    func oddKeys(name: String) async throws {
        let key = "odd/" + name.prefix(1_020)
        let written = try await put(key, Array(name.utf8))
        #expect(try await store.list(url("odd/")) == [written])
        #expect(written.url == url(key))
        let read = try await store.read(
            written, range: ByteRange(offset: 0, count: name.utf8.count))
        #expect(read.withUnsafeBytes { Array($0) } == Array(name.utf8))
    }

    @Test("an unknown bucket is notFound and named, for each call")
    func unknownBucket() async throws {
        let nowhere = ObjectURL(.s3(bucket: "no-such-bucket-here", key: "key"))
        let listed = await error { _ = try await store.list(nowhere) }
        #expect(listed?.code == .notFound)
        #expect(listed?.message.contains("no-such-bucket-here") == true)
        #expect(listed?.serviceCode == "NoSuchBucket")
        let staged = try await store.stage(nowhere)
        try await staged.seal()
        let published = await error { _ = try await staged.publish(ifAbsent: false) }
        #expect(published?.code == .notFound)
        #expect(published?.message.contains("no-such-bucket-here") == true)
    }

    @Test("without credentials the error lists what was tried")
    func noCredentials() async throws {
        let clients = LocalCloud.clients([
            "AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true",
        ])
        let store = try clients.s3Store()
        let failure = await error { _ = try await store.list(url("x")) }
        #expect(failure?.code == .accessDenied)
        #expect(failure?.message.contains("AWS_ACCESS_KEY_ID is not set") == true)
        await clients.shutdown()
    }

    @Test("an endpoint where nobody listens is unavailable and named")
    func nobodyListens() async throws {
        let service = ServiceClient(
            signer: RequestSigner(region: LocalCloud.region, service: "s3", pathRule: .asSent),
            errorFormat: .xml, transport: LocalCloud.transport,
            credentials: CredentialCache(source: FixedCredentials(), time: .system()),
            policy: RetryPolicy(attemptCountMax: 2, delayBase: .milliseconds(1)),
            time: .system(), logger: Logger(label: "test"))
        for host in ["127.0.0.1:9", "martlet.invalid"] {
            let store = S3Store(
                service: service,
                addressing: S3Addressing(
                    region: "us-east-1", endpoint: Endpoint(parsing: "http://\(host)")))
            let failure = await error { _ = try await store.list(url("x")) }
            #expect(failure?.code == .unavailable)
            #expect(failure?.message.contains(host) == true)
        }
    }
}
