import Synchronization

/// Memory for columns that is used again once a column is gone: to have the system make fresh
/// pages costs more than to decode into them.
///
/// Blocks lie in regions that the system may back with huge pages. Before a new region is made,
/// those that nobody uses any more are given back, until no more is held than the columns that were
/// alive at one time needed, and a region or two besides.
package final class ColumnMemory: Sendable {
    /// Below this a column is left to the allocator, which keeps small pieces itself.
    static let blockByteCountMin = 64 << 10
    /// Regions of smaller blocks hold several of them.
    fileprivate static let sharedRegionByteCount = 8 << 20

    /// A free block may be so many times as large as what it is used for: the last row group of a
    /// file is smaller than the others.
    private static let fitRatioMax = 2

    /// A piece of a region.
    struct Block {
        let address: UnsafeMutableRawPointer
        fileprivate let region: ColumnMemoryRegion
    }

    fileprivate struct State: @unchecked Sendable {
        // Sendable: regions are looked at and changed under the lock alone.
        var regions: [ColumnMemoryRegion] = []
        /// Bytes of blocks that are in use, and the most that ever were.
        var usedByteCount = 0
        var usedByteCountMax = 0
        /// Bytes of all regions.
        var heldByteCount = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Bytes that are held from the system, in use or not.
    package var heldByteCount: Int { state.withLock { $0.heldByteCount } }

    /// At least `byteCount` bytes, not initialised, aligned to 64; nil for so few that it is not
    /// worth it.
    func take(_ byteCount: Int) -> Block? {
        guard byteCount >= Self.blockByteCountMin else { return nil }
        let size = Self.blockByteCount(for: byteCount)
        let carried = state.withLock { state in
            Carried(block: state.take(size, byteCountMax: size * Self.fitRatioMax))
        }
        return carried.block
    }

    func give(_ block: Block) {
        let carried = Carried(block: block)
        state.withLock { state in
            state.usedByteCount -= carried.block.region.blockByteCount
            carried.block.region.give(carried.block.address)
        }
    }

    /// Eight steps between powers of two, so that at most an eighth is wasted.
    private static func blockByteCount(for byteCount: Int) -> Int {
        let step = 1 << (Int.bitWidth - byteCount.leadingZeroBitCount - 4)
        return (byteCount + step - 1) / step * step
    }

    private struct Carried: @unchecked Sendable {
        // Sendable: carries a block across the lock; one holder has it.
        let block: Block
    }
}

extension ColumnMemory.State {
    /// The smallest free block of `byteCount` to `byteCountMax` bytes, or one of a new region.
    fileprivate mutating func take(_ byteCount: Int, byteCountMax: Int) -> ColumnMemory.Block {
        var best: ColumnMemoryRegion?
        for region in regions
        where region.hasFreeBlock && (byteCount...byteCountMax).contains(region.blockByteCount) {
            if region.blockByteCount < best?.blockByteCount ?? .max { best = region }
        }
        let region = best ?? makeRegion(blockByteCount: byteCount)
        usedByteCount += region.blockByteCount
        usedByteCountMax = max(usedByteCountMax, usedByteCount)
        return ColumnMemory.Block(address: region.take(), region: region)
    }

    private mutating func makeRegion(blockByteCount: Int) -> ColumnMemoryRegion {
        let blockCount = max(1, ColumnMemory.sharedRegionByteCount / blockByteCount)
        let region = ColumnMemoryRegion(blockByteCount: blockByteCount, blockCount: blockCount)
        let allowed =
            max(usedByteCountMax, usedByteCount + blockByteCount)
            + ColumnMemory.sharedRegionByteCount
        while heldByteCount + region.byteCount > allowed,
            let idle = regions.firstIndex(where: \.isIdle)
        {
            heldByteCount -= regions.remove(at: idle).byteCount
        }
        regions.append(region)
        heldByteCount += region.byteCount
        return region
    }
}
