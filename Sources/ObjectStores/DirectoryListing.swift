#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Walks a folder and everything below it, links followed.
struct DirectoryListing {
    /// A folder still to be read.
    private struct Folder {
        let path: String
        let url: ObjectURL
        /// Of the folder itself and all above it up to the root of the walk: to notice a link that
        /// leads back. Short, as PATH_MAX bounds the depth.
        let lineage: [FileStatus.Identity]
    }

    private var objects: [ObjectSummary] = []
    private var pending: [Folder] = []

    /// The file at `path`, or every file below the folder at `path`, sorted bytewise.
    static func list(
        _ path: String, url: ObjectURL
    ) throws(ObjectStoreError) -> [ObjectSummary] {
        guard let status = try FileStatus(path: path, url: url) else {
            throw ObjectStoreError(
                .notFound, "There is no such file or folder. Check the path.", url: url)
        }
        var listing = DirectoryListing()
        try listing.add(status, path: path, url: url, above: [])
        while let folder = listing.pending.popLast() {
            try listing.read(folder)
        }
        return listing.objects.sorted {
            $0.url.description.utf8.lexicographicallyPrecedes($1.url.description.utf8)
        }
    }

    private mutating func add(
        _ status: FileStatus, path: String, url: ObjectURL, above: [FileStatus.Identity]
    ) throws(ObjectStoreError) {
        switch status.kind {
        case .regular:
            objects.append(
                ObjectSummary(url: url, byteCount: status.byteCount, etag: status.etag))
        case .folder:
            guard !above.contains(status.identity) else {
                throw ObjectStoreError(
                    .invalidParameter,
                    "This link leads back to a folder above it. Remove it, "
                        + "or give it a name that begins with '_'.",
                    url: url)
            }
            pending.append(Folder(path: path, url: url, lineage: above + [status.identity]))
        case .special:
            throw ObjectStoreError(
                .invalidParameter, "This is neither a file nor a folder, and cannot be read.",
                url: url)
        }
    }

    private mutating func read(_ folder: Folder) throws(ObjectStoreError) {
        guard let stream = opendir(folder.path) else {
            throw .systemCall("opendir", "list the folder", errno, url: folder.url)
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { return }
                throw .systemCall("readdir", "list the folder", errno, url: folder.url)
            }
            let name = try Self.name(of: entry, in: folder)
            if name.hasPrefix(".") || name.hasPrefix("_") { continue }
            let url = folder.url.appending(name)
            let path = folder.path.hasSuffix("/") ? folder.path + name : folder.path + "/" + name
            guard let status = try FileStatus(path: path, url: url) else {
                throw ObjectStoreError(
                    .notFound, "The file was listed, but is gone, or a link that leads nowhere.",
                    url: url)
            }
            try add(status, path: path, url: url, above: folder.lineage)
        }
    }

    private static func name(
        of entry: UnsafeMutablePointer<dirent>, in folder: Folder
    ) throws(ObjectStoreError) -> String {
        let bytes = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
        let text = bytes.assumingMemoryBound(to: CChar.self)
        guard let name = String(validatingCString: text) else {
            throw ObjectStoreError(
                .invalidParameter,
                "The name '\(String(cString: text))' is not valid UTF-8. Rename the file.",
                url: folder.url)
        }
        return name
    }
}
