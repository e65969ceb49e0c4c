/// Blocks of one size that the system gave in one piece.
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

    private static let pageByteCount = 64 << 10

    /// - Precondition: memory that cannot be had ends the process.
    init(blockByteCount: Int, blockCount: Int) {
        self.blockByteCount = blockByteCount
        self.blockCount = blockCount
        let page = Self.pageByteCount
        byteCount = (blockByteCount * blockCount + page - 1) / page * page
        let mapped = SystemPages.take(byteCount: byteCount)
        let base = mapped ?? .allocate(byteCount: byteCount, alignment: page)
        self.base = base
        isAllocated = mapped == nil
        free = (0..<blockCount).reversed().map { base + $0 * blockByteCount }
    }

    deinit {
        if isAllocated { base.deallocate() } else { SystemPages.give(base, byteCount: byteCount) }
    }

    var isIdle: Bool { free.count == blockCount }

    var hasFreeBlock: Bool { !free.isEmpty }

    /// - Precondition: there is a free block.
    func take() -> UnsafeMutableRawPointer { free.removeLast() }

    func give(_ address: UnsafeMutableRawPointer) { free.append(address) }
}
