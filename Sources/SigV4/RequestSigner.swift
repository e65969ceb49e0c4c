import Crypto

/// Signs requests with AWS Signature Version 4. Pure: the time is an argument.
package struct RequestSigner: Sendable {
    /// Stands for the body's hash where TLS and a checksum already protect the body (S3 only).
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"

    package let region: String
    /// The name in the credential scope: `s3`, `states`, `sts`.
    package let service: String
    package let pathRule: PathRule

    package init(region: String, service: String, pathRule: PathRule) {
        self.region = region
        self.service = service
        self.pathRule = pathRule
    }

    /// The headers to send: those given, the date, the session token and the signature.
    /// - Parameters:
    ///   - path: as it stands in the URL, percent-encoded once.
    ///   - headers: `Host` must be among them. All are signed.
    package func sign(
        method: String, path: String, query: [QueryItem], headers: [HeaderField],
        payloadHash: String, credentials: SigningCredentials, at time: SigningTime
    ) -> [HeaderField] {
        var headers = headers
        headers.append(HeaderField("X-Amz-Date", time.timestamp))
        if let token = credentials.sessionToken {
            headers.append(HeaderField("X-Amz-Security-Token", token))
        }
        let canonical = CanonicalRequest(
            method: method, path: path, query: query, headers: headers,
            payloadHash: payloadHash, pathRule: pathRule)
        let signature = signature(of: canonical, secret: credentials.secretAccessKey, at: time)
        headers.append(
            HeaderField(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(at: time)), "
                    + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"))
        return headers
    }

    /// SHA-256 in hexadecimal, small letters.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hexadecimal(hash.finalize())
    }

    package static func hash(_ text: String) -> String { hash(Array(text.utf8)) }

    package static func hash(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { hash($0) }
    }

    package func stringToSign(_ request: CanonicalRequest, at time: SigningTime) -> String {
        ["AWS4-HMAC-SHA256", time.timestamp, scope(at: time), Self.hash(request.text)]
            .joined(separator: "\n")
    }

    private func signature(
        of request: CanonicalRequest, secret: String, at time: SigningTime
    ) -> String {
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for part in [time.date, region, service, "aws4_request"] {
            key = SymmetricKey(data: Self.authenticate(part, with: key))
        }
        return Self.hexadecimal(Self.authenticate(stringToSign(request, at: time), with: key))
    }

    private func scope(at time: SigningTime) -> String {
        "\(time.date)/\(region)/\(service)/aws4_request"
    }

    private static func authenticate(
        _ text: String, with key: SymmetricKey
    ) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
