import Crypto
import ObjectStores

/// SHA-256 in hexadecimal, as commit records carry it.
enum Digest {
    static func sha256(of text: String) -> String {
        SHA256.hash(data: Array(text.utf8))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Of exactly these versions of objects, in this order.
    static func sha256(of objects: [ObjectSummary]) -> String {
        sha256(of: objects.map { "\($0.url)\t\($0.byteCount)\t\($0.etag)\n" }.joined())
    }
}
