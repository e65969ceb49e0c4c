import AWS
import Logging
import ObjectStores
import SigV4
import TestSupport
import Testing

@Suite("S3 options")
struct S3OptionsTests {
    private let url = ObjectURL(.s3(bucket: "bucket", key: "k"))

    private func store(_ transport: any HTTPTransport, _ options: S3Options) -> S3Store {
        let time = ManualTime()
        return S3Store(
            service: ServiceClient(
                signer: RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent),
                errorFormat: .xml, transport: transport,
                credentials: CredentialCache(source: CountingSource(), time: time.source),
                policy: RetryPolicy(), time: time.source, logger: Logger(label: "test")),
            addressing: S3Addressing(region: "eu-west-1", endpoint: nil), options: options)
    }

    private func write(_ byteCount: Int, to store: S3Store) async throws {
        let object = try await store.stage(url)
        let bytes = ObjectBytes([UInt8](repeating: 7, count: byteCount))
        defer { withExtendedLifetime(bytes) {} }
        try await object.append(bytes.bytes)
        try await object.seal()
        _ = try await object.publish(ifAbsent: false)
    }

    @Test("a KMS key goes with what begins an object, and is signed")
    func kms() async throws {
        let begun = "<R><UploadId>u</UploadId></R>"
        let transport = ScriptedTransport([
            .response(200, ["ETag": "\"a\""]), .response(200, [:], begun),
            .response(200, ["ETag": "\"p\""]), .response(200, [:], "<R><ETag>\"b\"</ETag></R>"),
        ])
        let store = store(transport, S3Options(kmsKeyID: "alias/runs"))
        try await write(10, to: store)
        try await write(40_000, to: store)
        let name = "x-amz-server-side-encryption-aws-kms-key-id"
        #expect(
            transport.requests.map { $0.header(name) } == ["alias/runs", "alias/runs", nil, nil])
        let first = try #require(transport.requests.first)
        #expect(first.header("x-amz-server-side-encryption") == "aws:kms")
        #expect(first.header("Authorization")?.contains(name) == true)
    }

    @Test("an upload carries the checksum of the whole object, made from those of its parts")
    func wholeChecksum() async throws {
        let transport = ScriptedTransport([
            .response(200, [:], "<R><UploadId>u</UploadId></R>"),
            .response(200, ["ETag": "\"p\""]), .response(200, ["ETag": "\"q\""]),
            .response(200, [:], "<R><ETag>\"b\"</ETag></R>"),
        ])
        let byteCount = (8 << 20) + 1_000
        try await write(byteCount, to: store(transport, S3Options()))
        let complete = try #require(transport.requests.last)
        let bytes = [UInt8](repeating: 7, count: byteCount)
        let expected = bytes.withUnsafeBytes { CRC32.header(CRC32.checksum(of: $0)) }
        #expect(complete.header("x-amz-checksum-crc32") == expected)
        #expect(complete.header("x-amz-checksum-type") == "FULL_OBJECT")
    }

    @Test("over plain HTTP a large body with a checksum is not hashed, a small one is")
    func payloadHash() async throws {
        let transport = ScriptedTransport([
            .response(200, ["ETag": "\"new\""]),
            .response(200, [:], "<R><UploadId>u</UploadId></R>"),
            .response(200, ["ETag": "\"part\""]),
            .response(200, [:], "<R><ETag>\"new\"</ETag></R>"),
        ])
        let time = ManualTime()
        let service = ServiceClient(
            signer: RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent),
            errorFormat: .xml, transport: transport,
            credentials: CredentialCache(source: CountingSource(), time: time.source),
            policy: RetryPolicy(), time: time.source, logger: Logger(label: "test"))
        let store = S3Store(
            service: service,
            addressing: S3Addressing(
                region: "eu-west-1", endpoint: Endpoint(parsing: "http://127.0.0.1:9000")))
        for count in [9, 100_000] {
            let staged = try await store.stage(url)
            let content = ObjectBytes([UInt8](repeating: 7, count: count))
            try await staged.append(content.bytes)
            try await staged.seal()
            _ = try await staged.publish(ifAbsent: false)
            withExtendedLifetime(content) {}
        }
        let hashes = transport.requests.map { $0.header("x-amz-content-sha256") }
        #expect(hashes.map { $0 == "UNSIGNED-PAYLOAD" } == [false, false, true, false])
        #expect(transport.requests[2].header("x-amz-checksum-crc32") != nil)
    }

    @Test("a requester who pays says so everywhere")
    func requesterPays() async throws {
        let transport = ScriptedTransport([.response(404), .response(200, ["ETag": "\"a\""])])
        let store = store(transport, S3Options(paysAsRequester: true))
        _ = try await store.summary(of: url)
        try await write(10, to: store)
        #expect(transport.requests.allSatisfy { $0.header("x-amz-request-payer") == "requester" })
    }

    @Test("an upload whose answer was lost is found by its key, and given up")
    func lostUpload() async throws {
        let list =
            "<R><Upload><Key>k</Key><UploadId>lost</UploadId></Upload>"
            + "<Upload><Key>k2</Key><UploadId>other</UploadId></Upload></R>"
        let transport = ScriptedTransport([
            .failure(.closed), .response(200, [:], "<R><UploadId>u</UploadId></R>"),
            .response(200, ["ETag": "\"p\""]), .response(200, [:], "<R><ETag>\"b\"</ETag></R>"),
            .response(200, [:], list), .response(204),
        ])
        try await write(40_000, to: store(transport, S3Options()))
        let last = try #require(transport.requests.last)
        #expect(last.method == .delete && last.query.map(\.value) == ["lost"])
    }

    @Test(
        "a large object read in parts is held against the checksum of the whole",
        arguments: ChecksumAlgorithm.allCases, [true, false])
    func verifiesParts(algorithm: ChecksumAlgorithm, isRight: Bool) async throws {
        let bytes = (0..<(8 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let checksum = bytes.withUnsafeBytes { ChecksumText.base64(algorithm.digest(of: $0)) }
        let transport = RangeTransport(
            bytes: bytes, headers: [algorithm.header: isRight ? checksum : "AAAAAAAAAAA="])
        let object = ObjectSummary(url: url, byteCount: bytes.count, etag: "e")
        let whole = ByteRange(offset: 0, count: bytes.count)
        do {
            let read = try await store(transport, S3Options()).read(object, range: whole)
            #expect(isRight)
            #expect(read.withUnsafeBytes { $0.elementsEqual(bytes) })
        } catch {
            #expect(!isRight && error.code == .outOfSpec)
        }
    }

    private static let partSizes: [[Int]] = [
        [8 << 20, 4 << 20], [5 << 20, 5 << 20, 2 << 20], [12 << 20],
        [5 << 20, 6 << 20, 1 << 20], [1, (12 << 20) - 1],
        // So small that one request reads it all.
        [5_000, 2_000], [5_000, 1], [1, 2, 3], [7_000],
    ]

    @Test(
        "the checksum of an upload's parts is verified, whatever their sizes",
        arguments: partSizes.map { ($0, ChecksumAlgorithm.crc32) }
            + ChecksumAlgorithm.allCases.map { (partSizes[0], $0) }, [true, false])
    func compositeChecksum(upload: ([Int], ChecksumAlgorithm), isRight: Bool) async throws {
        let (partByteCounts, algorithm) = upload
        let bytes = (0..<partByteCounts.reduce(0, +)).map {
            UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9)
        }
        var digests: [UInt8] = []
        var offset = 0
        for count in partByteCounts {
            digests += bytes[offset..<offset + count].withUnsafeBytes { algorithm.digest(of: $0) }
            offset += count
        }
        let digest = digests.withUnsafeBytes { ChecksumText.base64(algorithm.digest(of: $0)) }
        let checksum = isRight ? digest : "AAAAAA=="
        let transport = RangeTransport(
            bytes: bytes,
            headers: [
                algorithm.header: "\(checksum)-\(partByteCounts.count)",
                "x-amz-checksum-type": "COMPOSITE",
            ], partByteCounts: partByteCounts)
        let object = ObjectSummary(url: url, byteCount: bytes.count, etag: "e")
        do {
            let read = try await store(transport, S3Options())
                .read(object, range: ByteRange(offset: 0, count: bytes.count))
            #expect(isRight)
            #expect(read.withUnsafeBytes { $0.elementsEqual(bytes) })
        } catch {
            #expect(!isRight && error.code == .outOfSpec)
        }
    }

    @Test(
        "endpoints of their own",
        arguments: [
            (false, false, "s3.eu-west-1.amazonaws.com", "states.eu-west-1.amazonaws.com"),
            (true, false, "s3.dualstack.eu-west-1.amazonaws.com", "states.eu-west-1.api.aws"),
            (false, true, "s3-fips.eu-west-1.amazonaws.com", "states-fips.eu-west-1.amazonaws.com"),
            (
                true, true, "s3-fips.dualstack.eu-west-1.amazonaws.com",
                "states-fips.eu-west-1.api.aws"
            ),
        ])
    func variants(isDualStack: Bool, isFIPS: Bool, s3: String, states: String) {
        let variant = EndpointVariant(isDualStack: isDualStack, isFIPS: isFIPS)
        #expect(variant.s3Host(region: "eu-west-1") == s3)
        #expect(variant.host(of: "states", region: "eu-west-1") == states)
        let environment = AWSEnvironment(
            variables: [
                "AWS_USE_DUALSTACK_ENDPOINT": "\(isDualStack)",
                "AWS_USE_FIPS_ENDPOINT": "\(isFIPS)",
            ], readFile: { _ in nil })
        #expect(environment.endpointVariant == variant)
    }
}
