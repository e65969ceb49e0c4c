#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Blocks of one size that the system gave in one piece.
///
/// Mapped, not allocated: what the allocator takes back it may keep, beside what lies around it.
///
/// Not Sendable: its `BlockMemory` looks at it under a lock.
final class BlockRegion {
    let blockByteCount: Int
    let byteCount: Int
    private let base: UnsafeMutableRawPointer
    /// Whether the allocator, which says what is wrong where it has none, gave the memory.
    private let isAllocated: Bool
    private let blockCount: Int
    /// Blocks that nobody uses; the one that was given last is taken first, being in the caches.
    private var free: [UnsafeMutableRawPointer]

    private static let hugePageByteCount = 2 << 20
    private static let pageByteCount = 64 << 10

    /// - Precondition: memory that cannot be had ends the process.
    init(blockByteCount: Int, blockCount: Int) {
        self.blockByteCount = blockByteCount
        self.blockCount = blockCount
        let page = Self.pageByteCount
        byteCount = (blockByteCount * blockCount + page - 1) / page * page
        let mapped = Self.map(byteCount)
        let base =
            mapped ?? .allocate(byteCount: byteCount, alignment: Self.hugePageByteCount)
        self.base = base
        isAllocated = mapped == nil
        free = (0..<blockCount).reversed().map { base + $0 * blockByteCount }
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            _ = madvise(base, byteCount, Int32(MADV_HUGEPAGE))
        #endif
    }

    deinit {
        if isAllocated { base.deallocate() } else { munmap(base, byteCount) }
    }

    /// At a multiple of the size of a huge page; nil where the system refuses.
    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let huge = hugePageByteCount
        let mapped = mmap(
            nil, byteCount + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        let before = (huge - Int(bitPattern: mapped) % huge) % huge
        if before > 0 { munmap(mapped, before) }
        if before < huge { munmap(mapped + before + byteCount, huge - before) }
        return mapped + before
    }

    var isIdle: Bool { free.count == blockCount }

    var hasFreeBlock: Bool { !free.isEmpty }

    /// - Precondition: there is a free block.
    func take() -> UnsafeMutableRawPointer { free.removeLast() }

    func give(_ address: UnsafeMutableRawPointer) { free.append(address) }
}
