import Synchronization

/// Large blocks that are used again once their owner is gone: to have the system make fresh pages
/// costs more than to fill them.
///
/// Blocks lie in regions that the system may back with huge pages. Before a new region is made,
/// those that nobody uses any more are given back, until no more is held than the blocks that were
/// in use at one time needed, and a region or two besides.
package final class BlockMemory: Sendable {
    /// Below this a piece is left to the allocator, which keeps small ones itself.
    package static let blockByteCountMin = 64 << 10
    /// Regions of smaller blocks hold several of them.
    fileprivate static let sharedRegionByteCount = 8 << 20

    /// A free block may be so many times as large as what it is used for: the last row group of a
    /// file is smaller than the others.
    private static let fitRatioMax = 2

    /// A piece of a region.
    package struct Block {
        package let address: UnsafeMutableRawPointer
        fileprivate let region: BlockRegion
    }

    fileprivate struct State: @unchecked Sendable {
        // Sendable: regions are looked at and changed under the lock alone.
        var regions: [BlockRegion] = []
        /// Bytes of blocks that are in use, and the most that ever were.
        var usedByteCount = 0
        var usedByteCountMax = 0
        /// Bytes of all regions.
        var heldByteCount = 0
    }

    private let keepsIdle: Bool
    private let state = Mutex(State())

    /// - Parameter keepsIdle: whether anything is held while no block is in use at all. Not for who
    ///   lives longer than what it serves.
    package init(keepsIdle: Bool = true) { self.keepsIdle = keepsIdle }

    /// Bytes that are held from the system, in use or not.
    package var heldByteCount: Int { state.withLock { $0.heldByteCount } }

    /// At least `byteCount` bytes, not initialised, aligned to 64; nil for so few that it is not
    /// worth it.
    package func take(_ byteCount: Int) -> Block? {
        guard byteCount >= Self.blockByteCountMin else { return nil }
        let size = Self.blockByteCount(for: byteCount)
        let carried = state.withLock { state in
            Carried(block: state.take(size, byteCountMax: size * Self.fitRatioMax))
        }
        return carried.block
    }

    package func give(_ block: Block) {
        let carried = Carried(block: block)
        state.withLock { state in
            state.usedByteCount -= carried.block.region.blockByteCount
            carried.block.region.give(carried.block.address)
            if state.usedByteCount == 0, !keepsIdle { state = State() }
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

extension BlockMemory.State {
    /// The smallest free block of `byteCount` to `byteCountMax` bytes, or one of a new region.
    fileprivate mutating func take(_ byteCount: Int, byteCountMax: Int) -> BlockMemory.Block {
        var best: BlockRegion?
        for region in regions
        where region.hasFreeBlock && (byteCount...byteCountMax).contains(region.blockByteCount) {
            if region.blockByteCount < best?.blockByteCount ?? .max { best = region }
        }
        let region = best ?? makeRegion(blockByteCount: byteCount)
        usedByteCount += region.blockByteCount
        usedByteCountMax = max(usedByteCountMax, usedByteCount)
        return BlockMemory.Block(address: region.take(), region: region)
    }

    private mutating func makeRegion(blockByteCount: Int) -> BlockRegion {
        let blockCount = max(1, BlockMemory.sharedRegionByteCount / blockByteCount)
        let region = BlockRegion(blockByteCount: blockByteCount, blockCount: blockCount)
        let allowed =
            max(usedByteCountMax, usedByteCount + blockByteCount)
            + BlockMemory.sharedRegionByteCount
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
