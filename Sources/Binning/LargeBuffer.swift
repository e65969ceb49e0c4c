#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Threads

/// Zeroed memory of its own, on huge pages where the system grants them; or a scratch file that
/// looks like memory.
///
/// Of the file the system keeps in memory what it has room for, but the process soon has only what
/// it used in the last moments: what it has counts as the process's own memory.
package final class LargeBuffer: @unchecked Sendable {
    // Sendable: only an address; who writes where is up to the owner.
    package let address: UnsafeMutableRawPointer
    package let byteCount: Int
    private let isFile: Bool
    /// Lets go of the file's pages.
    private var releasing: PeriodicThread?

    /// Rarer than this two threads that read at 2 GB/s would hold more than 20 MB.
    private static let releaseInterval = Duration.milliseconds(5)
    private static let releasedByteCountMin = 8 << 20
    private static let hugePageByteCount = 2 << 20

    package init(byteCount: Int) {
        let isLarge = byteCount >= Self.hugePageByteCount
        let alignment = isLarge ? Self.hugePageByteCount : 64
        let rounded = (byteCount + alignment - 1) / alignment * alignment
        address = .allocate(byteCount: max(rounded, alignment), alignment: alignment)
        self.byteCount = byteCount
        isFile = false
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            if isLarge { _ = madvise(address, rounded, Int32(MADV_HUGEPAGE)) }
        #endif
        address.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
    }

    /// - Parameter folder: where the file lies. It has no name there, and is gone with the process.
    /// - Throws: `outOfSpace` where the folder cannot hold it: nothing is left to fail later.
    package init(byteCount: Int, folder: String) throws(BinningError) {
        let count = max(byteCount, 1)
        let file = try Self.openFile(in: folder)
        defer { close(file) }
        // Every block is there before the first is written: a full disk would end the process.
        let status = posix_fallocate(file, 0, count)
        guard status == 0 else { throw Self.failure(status, count, folder) }
        let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let mapped, mapped != MAP_FAILED else { throw Self.failure(errno, count, folder) }
        address = mapped
        self.byteCount = byteCount
        isFile = true
        #if os(Linux)
            guard count >= Self.releasedByteCountMin else { return }
            // The system keeps the pages, changed ones too, as far as it has room; whoever wants
            // them meanwhile or later gets them from it.
            releasing = PeriodicThread(every: Self.releaseInterval) { [mapping = Mapping(mapped)] in
                _ = madvise(mapping.address, count, Int32(MADV_DONTNEED))
            }
        #endif
    }

    private struct Mapping: @unchecked Sendable {
        // Sendable: only an address.
        let address: UnsafeMutableRawPointer

        init(_ address: UnsafeMutableRawPointer) { self.address = address }
    }

    deinit {
        if isFile {
            // The thread ends first.
            releasing = nil
            munmap(address, max(byteCount, 1))
        } else {
            address.deallocate()
        }
    }

    private static func openFile(in folder: String) throws(BinningError) -> Int32 {
        // mkstemp(3) puts letters of its own in the place of the last six.
        let placeholder = String(repeating: "X", count: 6)
        var template = Array("\(folder)/martlet-\(placeholder)".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw failure(errno, 0, folder) }
        unlink(template)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return file
    }

    private static func failure(
        _ status: Int32, _ byteCount: Int, _ folder: String
    ) -> BinningError {
        BinningError(
            .outOfSpace,
            "The scratch folder \(folder) cannot hold \(byteCount) bytes of binned rows: "
                + "\(String(cString: strerror(status))).")
    }
}
