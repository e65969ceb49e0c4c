/// A request in the one form that client and server agree on for the signature.
///
/// Source: AWS Signature Version 4, "Create a canonical request".
package struct CanonicalRequest: Hashable, Sendable {
    package let text: String
    /// Lower-case names with `;` between them, as they stand in the Authorization header.
    package let signedHeaders: String

    /// - Parameters:
    ///   - path: as it stands in the URL, percent-encoded once.
    ///   - headers: all that are to be signed, `Host` among them.
    ///   - payloadHash: SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`.
    package init(
        method: String, path: String, query: [QueryItem], headers: [HeaderField],
        payloadHash: String, pathRule: PathRule
    ) {
        var values: [String: [String]] = [:]
        for header in headers {
            values[header.name.lowercased(), default: []].append(Self.trimmed(header.value))
        }
        let names = values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }
        signedHeaders = names.joined(separator: ";")
        text = [
            method, pathRule.canonicalPath(path), Self.query(query), lines.joined(),
            signedHeaders, payloadHash,
        ].joined(separator: "\n")
    }

    /// The query as it is signed, and as it should be sent: encoded, then sorted by name and value.
    package static func query(_ items: [QueryItem]) -> String {
        let encoded = items.map { item in
            (name: PercentEncoding.encode(item.name), value: PercentEncoding.encode(item.value))
        }
        // Percent-encoded text is ASCII, where comparing strings is comparing bytes.
        return encoded.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// Without white space at the ends, and with single spaces inside.
    private static func trimmed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }
}
