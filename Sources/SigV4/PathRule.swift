/// How a service wants the path of a URL in its signature.
package enum PathRule: Hashable, Sendable {
    /// S3: as it stands in the URL. Keys may hold `//` and `..`, and those count.
    case asSent
    /// All others: `.`, `..` and empty segments resolved, then percent-encoded once more.
    case normalizedAndEncodedAgain

    func canonicalPath(_ path: String) -> String {
        switch self {
        case .asSent: path.isEmpty ? "/" : path
        case .normalizedAndEncodedAgain: PercentEncoding.encodePath(Self.normalized(path))
        }
    }

    /// RFC 3986, 5.2.4, with empty segments dropped; a slash at the end stays.
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": segments.removeLast(min(1, segments.count))
            default: segments.append(segment)
            }
        }
        guard !segments.isEmpty else { return "/" }
        return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }
}
