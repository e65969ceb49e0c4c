/// Where a service is reached: `https://s3.eu-west-1.amazonaws.com`, `http://127.0.0.1:5555`.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    package let scheme: Scheme
    /// A name or an address; IPv6 in square brackets.
    package let host: String
    /// Nil for the scheme's own.
    package let port: Int?
    /// Goes before every path; begins with a slash, or is empty.
    package let basePath: String

    package init(scheme: Scheme, host: String, port: Int? = nil, basePath: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.basePath = basePath
    }

    /// Parses `http[s]://host[:port][/path]`; nil for anything else, a query or user name included.
    package init?(parsing text: String) {
        guard let separator = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { return nil }
        let rest = text[separator.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        var path = rest[slash...]
        while path.hasSuffix("/") { path.removeLast() }
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]),
                (1...65_535).contains(number)
            else { return nil }
            port = number
            authority = authority[..<colon]
        }
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isHostCharacter),
            path.utf8.allSatisfy(Self.isPathCharacter)
        else { return nil }
        self.init(scheme: scheme, host: String(authority), port: port, basePath: String(path))
    }

    /// What the `Host` header says: without the scheme's own port.
    package var authority: String {
        let isOwn = port == nil || port == (scheme == .https ? 443 : 80)
        return isOwn ? host : "\(host):\(port ?? 0)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)\(basePath)" }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"):
            true
        default:
            false
        }
    }

    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default:
            (0x21...0x7e).contains(byte)
        }
    }
}
