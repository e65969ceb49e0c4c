#if canImport(Glibc)
    import Glibc
#endif

/// Blocks of one size that the system gave in one piece.
///
/// Not Sendable: its `ColumnMemory` looks at it under a lock.
final class ColumnMemoryRegion {
    let blockByteCount: Int
    let byteCount: Int
    private let base: UnsafeMutableRawPointer
    private let blockCount: Int
    /// Blocks that nobody uses; the one that was given last is taken first, being in the caches.
    private var free: [UnsafeMutableRawPointer]

    private static let hugePageByteCount = 2 << 20

    init(blockByteCount: Int, blockCount: Int) {
        self.blockByteCount = blockByteCount
        self.blockCount = blockCount
        let huge = Self.hugePageByteCount
        byteCount = (blockByteCount * blockCount + huge - 1) / huge * huge
        let base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: huge)
        self.base = base
        free = (0..<blockCount).reversed().map { base + $0 * blockByteCount }
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            _ = madvise(base, byteCount, Int32(MADV_HUGEPAGE))
        #endif
    }

    deinit { base.deallocate() }

    var isIdle: Bool { free.count == blockCount }

    var hasFreeBlock: Bool { !free.isEmpty }

    /// - Precondition: there is a free block.
    func take() -> UnsafeMutableRawPointer { free.removeLast() }

    func give(_ address: UnsafeMutableRawPointer) { free.append(address) }
}
