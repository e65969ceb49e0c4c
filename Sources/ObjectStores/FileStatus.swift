#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the file system says about one file or folder, links followed.
struct FileStatus: Sendable {
    enum Kind: Sendable {
        case regular
        case folder
        /// A pipe, a socket or a device: reading it could wait for ever.
        case special
    }

    /// The same file under any name.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    let kind: Kind
    let byteCount: Int
    let identity: Identity
    /// Changes when the file is written, replaced or resized: size, inode and modification time.
    let etag: String

    /// Nil when nothing is at `url`; `errno` otherwise becomes the error.
    init?(path: String, url: ObjectURL) throws(ObjectStoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let errorNumber = errno
            if errorNumber == ENOENT || errorNumber == ENOTDIR { return nil }
            throw .systemCall("stat", "look at the file", errorNumber, url: url)
        }
        self.init(status)
    }

    init(descriptor: Int32, url: ObjectURL) throws(ObjectStoreError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .systemCall("fstat", "look at the file", errno, url: url)
        }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            default: .special
            }
        byteCount = Int(status.st_size)
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(truncatingIfNeeded: status.st_ino))
        #if canImport(Darwin)
            let modified = status.st_mtimespec
        #else
            let modified = status.st_mtim
        #endif
        let parts = [
            UInt64(truncatingIfNeeded: byteCount), identity.inode,
            UInt64(truncatingIfNeeded: Int(modified.tv_sec)),
            UInt64(truncatingIfNeeded: Int(modified.tv_nsec)),
        ]
        etag = parts.map { String($0, radix: 16) }.joined(separator: "-")
    }
}
