/// The address of an object, a prefix or a folder: a path, `file://…` or `s3://bucket/key`.
package struct ObjectURL: Hashable, Sendable, CustomStringConvertible {
    package enum Location: Hashable, Sendable {
        /// An absolute or relative path of the file system, not percent-encoded.
        case file(path: String)
        /// `key` is not percent-encoded, has no leading slash, and may be empty.
        case s3(bucket: String, key: String)
    }

    package let location: Location

    package init(_ location: Location) { self.location = location }

    /// Parses what a user types.
    /// - Throws: `invalidParameter` for an empty text, another scheme, or an S3 URL without bucket.
    package init(parsing text: String) throws(ObjectStoreError) {
        guard !text.isEmpty else {
            throw ObjectStoreError(.invalidParameter, "The URL is empty.")
        }
        guard let separator = text.firstRange(of: "://") else {
            self.init(.file(path: text))
            return
        }
        let rest = String(text[separator.upperBound...])
        switch text[..<separator.lowerBound].lowercased() {
        case "s3":
            let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let bucket = String(parts[0])
            guard !bucket.isEmpty else {
                throw ObjectStoreError(
                    .invalidParameter, "'\(text)' names no bucket; write s3://bucket/key.")
            }
            self.init(.s3(bucket: bucket, key: parts.count > 1 ? String(parts[1]) : ""))
        case "file":
            guard rest.hasPrefix("/") else {
                throw ObjectStoreError(
                    .invalidParameter, "'\(text)' is not absolute; write file:///path.")
            }
            self.init(.file(path: rest))
        case let scheme:
            throw ObjectStoreError(
                .invalidParameter,
                "'\(scheme)://' is not supported; use a path, file:// or s3://.")
        }
    }

    package var description: String {
        switch location {
        case .file(let path): path
        case .s3(let bucket, let key): "s3://\(bucket)/\(key)"
        }
    }

    /// This URL with `name` below it, with exactly one slash between them.
    package func appending(_ name: String) -> ObjectURL {
        func join(_ parent: String) -> String {
            parent.isEmpty || parent.hasSuffix("/") ? parent + name : parent + "/" + name
        }
        switch location {
        case .file(let path): return ObjectURL(.file(path: join(path)))
        case .s3(let bucket, let key): return ObjectURL(.s3(bucket: bucket, key: join(key)))
        }
    }

    /// The folder or prefix that this object lies in, with its slash; `.` for a plain file name.
    package var parent: ObjectURL {
        func cut(_ path: String) -> String {
            path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        }
        switch location {
        case .file(let path):
            let folder = cut(path)
            return ObjectURL(.file(path: folder.isEmpty ? "." : folder))
        case .s3(let bucket, let key): return ObjectURL(.s3(bucket: bucket, key: cut(key)))
        }
    }

    /// The part behind the last slash (a trailing slash is ignored).
    package var lastComponent: String {
        let text =
            switch location {
            case .file(let path): path
            case .s3(_, let key): key
            }
        return text.split(separator: "/").last.map(String.init) ?? ""
    }
}
