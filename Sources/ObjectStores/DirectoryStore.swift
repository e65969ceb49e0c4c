import Memory

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Objects as files of a file system. Relative paths start at the working folder.
///
/// Files are read with `pread`, not mapped: a file cut short under us is an error, not a signal.
package struct DirectoryStore: ObjectStore {
    private let files = FileQueue()
    /// For what is read.
    private let memory = BlockMemory(keepsIdle: false)

    package init() {}

    package func list(_ prefix: ObjectURL) async throws(ObjectStoreError) -> [ObjectSummary] {
        let path = try Self.path(of: prefix)
        return try await files.run { () throws(ObjectStoreError) in
            try DirectoryListing.list(path, url: prefix)
        }
    }

    package func summary(of url: ObjectURL) async throws(ObjectStoreError) -> ObjectSummary? {
        let path = try Self.path(of: url)
        let status = try await files.run { () throws(ObjectStoreError) in
            try FileStatus(path: path, url: url)
        }
        guard let status, status.kind == .regular else { return nil }
        return ObjectSummary(url: url, byteCount: status.byteCount, etag: status.etag)
    }

    package func read(
        _ object: ObjectSummary, range: ByteRange
    ) async throws(ObjectStoreError) -> ObjectBytes {
        let path = try Self.path(of: object.url)
        try range.check(within: object)
        let memory = memory
        return try await files.run { () throws(ObjectStoreError) in
            try Self.read(path, object, range: range, into: memory)
        }
    }

    package func stage(_ url: ObjectURL) async throws(ObjectStoreError) -> any StagedObject {
        let path = try Self.path(of: url)
        let files = self.files
        return try await files.run { () throws(ObjectStoreError) in
            try StagedFile(path: path, url: url, files: files)
        }
    }

    package func remove(_ url: ObjectURL) async throws(ObjectStoreError) {
        let path = try Self.path(of: url)
        try await files.run { () throws(ObjectStoreError) in
            guard unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
            throw .systemCall("unlink", "remove the file", errno, url: url)
        }
    }

    private static func path(of url: ObjectURL) throws(ObjectStoreError) -> String {
        guard case .file(let path) = url.location else {
            throw ObjectStoreError(.invalidParameter, "This is not a file of a folder.", url: url)
        }
        guard !path.utf8.contains(0) else {
            throw ObjectStoreError(
                .invalidParameter, "The path holds a zero byte.", url: url)
        }
        return path
    }

    private static func read(
        _ path: String, _ object: ObjectSummary, range: ByteRange, into memory: BlockMemory
    ) throws(ObjectStoreError) -> ObjectBytes {
        // Non-blocking, for the case that a pipe has taken the file's place; no effect on files.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .systemCall("open", "read the file", errno, url: object.url)
        }
        defer { close(descriptor) }
        try checkUnchanged(descriptor, object)
        let bytes = try ObjectBytes(
            count: range.count, from: memory
        ) { memory throws(ObjectStoreError) in
            try fill(memory, from: descriptor, at: range.offset, object)
        }
        try checkUnchanged(descriptor, object)
        return bytes
    }

    private static func fill(
        _ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int,
        _ object: ObjectSummary
    ) throws(ObjectStoreError) {
        guard let base = memory.baseAddress else { return }
        var filled = 0
        while filled < memory.count {
            let count = pread(descriptor, base + filled, memory.count - filled, offset + filled)
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw changed(object)
            } else if errno != EINTR {
                throw .systemCall("pread", "read the file", errno, url: object.url)
            }
        }
    }

    private static func checkUnchanged(
        _ descriptor: Int32, _ object: ObjectSummary
    ) throws(ObjectStoreError) {
        let status = try FileStatus(descriptor: descriptor, url: object.url)
        guard status.kind == .regular, status.etag == object.etag else { throw changed(object) }
    }

    private static func changed(_ object: ObjectSummary) -> ObjectStoreError {
        ObjectStoreError(
            .changed,
            "The file is no longer the one that was listed (\(object.byteCount) bytes then). "
                + "Start again when nothing writes to it.",
            url: object.url)
    }
}
