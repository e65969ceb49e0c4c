import FoundationEssentials
import SigV4
import TestSupport
import Testing

/// One of AWS's published test vectors, as `Fixtures/write_vectors.py` writes it.
struct SigningVector: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let method: String
    let target: String
    let headers: [[String]]
    let body: String
    let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?
    let omitsSessionToken: Bool
    let region: String
    let service: String
    let normalizes: Bool
    let signsBody: Bool
    let timestamp: String
    let canonicalRequest: String
    let stringToSign: String
    let signature: String

    var testDescription: String { name }
}

/// A signature of botocore's, as `Fixtures/write_vectors.py` writes it.
struct ObjectKeySignature: Decodable, Sendable, CustomTestStringConvertible {
    let key: String
    let sessionToken: String?
    let timestamp: String
    let secondsSince1970: Int
    let payloadHash: String
    let authorization: String

    var testDescription: String { String(key.prefix(20)) }
}

func fixture<Value: Decodable>(_ name: String, as type: [Value].Type) -> [Value] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures/\(name)")
    do {
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    } catch {
        Issue.record(error, "\(name)")
        return []
    }
}

@Suite("RequestSigner")
struct RequestSignerTests {
    /// 2015-08-30T12:36:00Z, the time of every vector.
    let time = SigningTime(secondsSince1970: 1_440_938_160)

    @Test("there are as many vectors as AWS publishes")
    func vectorsAreThere() {
        #expect(fixture("signing-vectors.json", as: [SigningVector].self).count == 38)
        #expect(fixture("s3-keys.json", as: [ObjectKeySignature].self).count == 46)
    }

    @Test(
        "AWS's published vectors: canonical request, string to sign and signature",
        arguments: fixture("signing-vectors.json", as: [SigningVector].self))
    func publishedVectors(vector: SigningVector) throws {
        #expect(vector.timestamp == "2015-08-30T12:36:00Z")
        let parts = vector.target.split(separator: "?", maxSplits: 1)
        // The suite signs paths as services other than S3 do, from the path before encoding; the
        // cases without normalisation are S3's rule, for which the path is encoded beforehand.
        let path = String(parts.first ?? "/")
        let rule: PathRule = vector.normalizes ? .normalizedAndEncodedAgain : .asSent
        let query = try (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? String(sides[1]) : ""
            return QueryItem(
                try #require(PercentEncoding.decode(String(sides[0]))),
                try #require(PercentEncoding.decode(value)))
        }
        let payloadHash = RequestSigner.hash(vector.body)
        var headers = vector.headers.map { HeaderField($0[0], $0[1]) }
        if vector.signsBody { headers.append(HeaderField("x-amz-content-sha256", payloadHash)) }
        let signer = RequestSigner(
            region: vector.region, service: vector.service, pathRule: rule)
        let sent = vector.normalizes ? path : PercentEncoding.encodePath(path)
        let token = vector.omitsSessionToken ? nil : vector.sessionToken
        let signed = signer.sign(
            method: vector.method, path: sent, query: query, headers: headers,
            payloadHash: payloadHash,
            credentials: SigningCredentials(
                accessKeyID: vector.accessKeyID, secretAccessKey: vector.secretAccessKey,
                sessionToken: token),
            at: time)
        let authorization = try #require(signed.last { $0.name == "Authorization" })
        #expect(authorization.value.hasSuffix("Signature=\(vector.signature)"))

        let canonical = CanonicalRequest(
            method: vector.method, path: sent, query: query,
            headers: signed.filter { $0.name != "Authorization" }, payloadHash: payloadHash,
            pathRule: rule)
        #expect(canonical.text == vector.canonicalRequest)
        #expect(signer.stringToSign(canonical, at: time) == vector.stringToSign)
    }

    @Test(
        "odd object keys are signed as botocore signs them",
        arguments: fixture("s3-keys.json", as: [ObjectKeySignature].self))
    func objectKeys(expected: ObjectKeySignature) throws {
        let time = SigningTime(secondsSince1970: expected.secondsSince1970)
        #expect(time.timestamp == expected.timestamp)
        let signer = RequestSigner(region: "eu-west-1", service: "s3", pathRule: .asSent)
        var headers = [
            HeaderField("Host", "bucket.s3.eu-west-1.amazonaws.com"),
            HeaderField("Range", "bytes=0-9"), HeaderField("If-Match", "\"abc\""),
            HeaderField("X-Amz-Content-SHA256", expected.payloadHash),
        ]
        if expected.payloadHash == RequestSigner.unsignedPayload {
            headers.append(HeaderField("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="))
        }
        let signed = signer.sign(
            method: "GET", path: "/" + PercentEncoding.encodePath(expected.key), query: [],
            headers: headers, payloadHash: expected.payloadHash,
            credentials: SigningCredentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: expected.sessionToken),
            at: time)
        #expect(signed.last?.value == expected.authorization)
    }

    @Test(
        "timestamps of known days",
        arguments: [
            (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"), (1_709_251_199, "20240229T235959Z"),
            (1_709_251_200, "20240301T000000Z"), (4_107_542_400, "21000301T000000Z"),
            (253_402_300_799, "99991231T235959Z"), (-5, "19700101T000000Z"),
        ])
    func timestamps(seconds: Int, expected: String) {
        #expect(SigningTime(secondsSince1970: seconds).timestamp == expected)
    }

    @Test("decoding undoes encoding", arguments: 0..<50)
    func percentRoundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var text = ""
        for _ in 0..<40 {
            let value = UInt32.random(in: 0..<0x11000, using: &random)
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.decode(PercentEncoding.encodePath(text)) == text)
    }

    @Test("broken escapes are not decoded", arguments: ["%", "%4", "%4x", "%zz", "%ff"])
    func brokenEscapes(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test("credentials never print")
    func credentialsHide() {
        let credentials = SigningCredentials(
            accessKeyID: "AKID", secretAccessKey: "s3cr3t", sessionToken: "t0k3n")
        var dumped = "\(credentials) \(String(reflecting: credentials))"
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("s3cr3t") && !dumped.contains("t0k3n"))
    }
}
