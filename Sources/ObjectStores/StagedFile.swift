#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// A file in the making: a hidden file in the target's folder, renamed when it is published.
final class StagedFile: StagedObject {
    private enum State {
        case open(descriptor: Int32)
        case sealed(ObjectSummary)
        /// Published or discarded: the hidden file is gone.
        case done
    }

    let url: ObjectURL
    private let path: String
    private let hiddenPath: String
    private let files: FileQueue
    /// Folders made for this file, outermost first; removed again by `discard` if still empty.
    private let madeFolders: [String]
    private let state: Mutex<State>

    /// Makes the folders of `path` that are missing and the hidden file. Blocks.
    init(path: String, url: ObjectURL, files: FileQueue) throws(ObjectStoreError) {
        guard !path.hasSuffix("/"), try FileStatus(path: path, url: url)?.kind != .folder else {
            throw ObjectStoreError(
                .invalidParameter, "This is a folder; name a file to write.", url: url)
        }
        let folder = Self.folder(of: path)
        madeFolders = try Self.makeFolders(folder, url: url)
        // Each process and each attempt has a name of its own, so none can touch another's file.
        let random = UInt64.random(in: 0 ... .max)
        hiddenPath = folder + ".martlet-" + String(random, radix: 16)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = open(hiddenPath, flags, 0o666)
        guard descriptor >= 0 else {
            let errorNumber = errno
            Self.removeFolders(madeFolders)
            throw .systemCall("open", "create a file in the folder", errorNumber, url: url)
        }
        self.path = path
        self.url = url
        self.files = files
        state = Mutex(.open(descriptor: descriptor))
    }

    deinit { drop() }

    func append(_ bytes: UnsafeRawBufferPointer) async throws(ObjectStoreError) {
        // The caller keeps the bytes alive and unchanged until this call returns.
        nonisolated(unsafe) let bytes = bytes
        try await files.run { () throws(ObjectStoreError) in try self.store(bytes) }
    }

    func seal() async throws(ObjectStoreError) {
        try await files.run { () throws(ObjectStoreError) in try self.flushAndClose() }
    }

    func publish(ifAbsent: Bool) async throws(ObjectStoreError) -> ObjectSummary {
        try await files.run { () throws(ObjectStoreError) in
            try self.moveIntoPlace(ifAbsent: ifAbsent)
        }
    }

    func discard() async {
        _ = try? await files.run { () throws(ObjectStoreError) in self.drop() }
    }

    private func store(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) {
        try state.withLock { state throws(ObjectStoreError) in
            guard case .open(let descriptor) = state else {
                preconditionFailure("append after seal or discard")
            }
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = write(descriptor, base, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                } else if errno != EINTR {
                    throw .systemCall("write", "write the file", errno, url: url)
                }
            }
        }
    }

    private func flushAndClose() throws(ObjectStoreError) {
        try state.withLock { state throws(ObjectStoreError) in
            guard case .open(let descriptor) = state else {
                preconditionFailure("seal after seal or discard")
            }
            guard fsync(descriptor) == 0 else {
                throw .systemCall("fsync", "write the file to the disk", errno, url: url)
            }
            let status = try FileStatus(descriptor: descriptor, url: url)
            state = .sealed(
                ObjectSummary(url: url, byteCount: status.byteCount, etag: status.etag))
            // Network file systems report a full disk as late as here.
            guard close(descriptor) == 0 else {
                throw .systemCall("close", "write the file to the disk", errno, url: url)
            }
        }
    }

    private func moveIntoPlace(ifAbsent: Bool) throws(ObjectStoreError) -> ObjectSummary {
        try state.withLock { state throws(ObjectStoreError) in
            guard case .sealed(let summary) = state else {
                preconditionFailure("publish before seal, or twice")
            }
            if ifAbsent {
                guard link(hiddenPath, path) == 0 else { throw linkFailure(errno) }
                unlink(hiddenPath)
            } else {
                guard rename(hiddenPath, path) == 0 else {
                    throw .systemCall("rename", "put the file in its place", errno, url: url)
                }
            }
            state = .done
            try flushFolder()
            return summary
        }
    }

    private func linkFailure(_ errorNumber: Int32) -> ObjectStoreError {
        guard errorNumber == EEXIST else {
            return .systemCall("link", "put the file in its place", errorNumber, url: url)
        }
        return ObjectStoreError(
            .alreadyExists, "Another run has already written this file.", url: url)
    }

    /// Makes the new name durable too.
    private func flushFolder() throws(ObjectStoreError) {
        let folder = Self.folder(of: path)
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }  // a folder that may be written but not read
        defer { close(descriptor) }
        // EINVAL: a file system that has no such call for folders.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .systemCall("fsync", "write the folder to the disk", errno, url: url)
        }
    }

    private func drop() {
        state.withLock { state in
            switch state {
            case .open(let descriptor): close(descriptor)
            case .sealed: break
            case .done: return
            }
            unlink(hiddenPath)
            Self.removeFolders(madeFolders)
            state = .done
        }
    }

    /// Everything up to and with the last slash; empty for a bare name.
    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[...slash])
    }

    private static func makeFolders(
        _ folder: String, url: ObjectURL
    ) throws(ObjectStoreError) -> [String] {
        var made: [String] = []
        for slash in folder.utf8.indices where folder.utf8[slash] == UInt8(ascii: "/") {
            let path = String(folder[..<slash])
            if path.isEmpty { continue }
            if mkdir(path, 0o777) == 0 {
                made.append(path)
                continue
            }
            let errorNumber = errno
            if errorNumber != EEXIST, try FileStatus(path: path, url: url)?.kind != .folder {
                removeFolders(made)
                throw .systemCall("mkdir", "make the folder \(path)", errorNumber, url: url)
            }
        }
        return made
    }

    private static func removeFolders(_ folders: [String]) {
        for folder in folders.reversed() { rmdir(folder) }
    }
}
