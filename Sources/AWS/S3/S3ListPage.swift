import ObjectStores
import SigV4

/// One page of ListObjectsV2.
struct S3ListPage {
    struct Entry {
        let key: String
        let byteCount: Int
        let etag: String
    }

    let entries: [Entry]
    /// Nil on the last page.
    let continuationToken: String?

    /// - Returns: nil if the document is not such a page.
    init?(_ body: [UInt8]) {
        guard let root = try? XMLElement(parsing: body), root.name == "ListBucketResult" else {
            return nil
        }
        // Keys may hold characters that XML cannot; asked to, S3 percent-encodes them.
        let isEncoded = root.text(of: "EncodingType") == "url"
        var entries: [Entry] = []
        for element in root.children where element.name == "Contents" {
            guard let text = element.text(of: "Key"),
                let key = isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text,
                let byteCount = element.text(of: "Size").flatMap({ Int($0) }), byteCount >= 0,
                let etag = element.text(of: "ETag")
            else { return nil }
            entries.append(
                Entry(key: key, byteCount: byteCount, etag: Self.unquoted(etag)))
        }
        self.entries = entries
        guard root.text(of: "IsTruncated") == "true" else {
            continuationToken = nil
            return
        }
        guard let token = root.text(of: "NextContinuationToken"), !token.isEmpty else {
            return nil
        }
        continuationToken = token
    }

    /// S3 puts ETags in quotation marks.
    static func unquoted(_ etag: String) -> String {
        etag.count >= 2 && etag.hasPrefix("\"") && etag.hasSuffix("\"")
            ? String(etag.dropFirst().dropLast()) : etag
    }
}
