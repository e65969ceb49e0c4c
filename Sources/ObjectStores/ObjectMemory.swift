#if canImport(Glibc)
    import Glibc
#endif
import Synchronization

/// Memory of large objects, on huge pages where the system has them, and used again while reading
/// goes on: to have fresh pages made and to copy to and from small ones costs more than to fill
/// them.
///
/// When nobody has any of it any more, all of it goes back to the system: what works on what was
/// read needs it more.
final class ObjectMemory: Sendable {
    static let shared = ObjectMemory()

    /// Smaller pieces are left to the allocator, which keeps them itself.
    static let blockByteCountMin = 1 << 20
    /// Of memory that nobody uses, but that is kept for the next object.
    static let idleByteCountMax = 32 << 20
    /// An object gets a block that is larger by no more than this part of it.
    private static let slackDivisor = 4

    private static let hugePageByteCount = 2 << 20

    /// `Sendable`: one holder has it, an object or the list of idle blocks.
    struct Block: @unchecked Sendable {
        let address: UnsafeMutableRawPointer
        let byteCount: Int
    }

    private struct State {
        var usedBlockCount = 0
        /// The one that was given last is last.
        var idle: [Block] = []
        var idleByteCount = 0

        /// Takes the oldest out until no more is left than `byteCountMax`.
        mutating func dropIdle(above byteCountMax: Int) -> [Block] {
            var dropped: [Block] = []
            while idleByteCount > byteCountMax {
                dropped.append(idle.removeFirst())
                idleByteCount -= dropped[dropped.count - 1].byteCount
            }
            return dropped
        }
    }

    private let state = Mutex(State())

    deinit {
        for block in state.withLock({ $0.idle }) { block.address.deallocate() }
    }

    /// Bytes that are kept and not used.
    var idleByteCount: Int { state.withLock { $0.idleByteCount } }

    /// Memory of at least `byteCount` bytes, not initialised, aligned to 64.
    func take(_ byteCount: Int) -> Block {
        guard byteCount >= Self.blockByteCountMin else {
            return Block(
                address: .allocate(byteCount: byteCount, alignment: 64), byteCount: byteCount)
        }
        let fitting = byteCount...byteCount + byteCount / Self.slackDivisor
        // The one that was given last is the likeliest to be in the caches.
        let found = state.withLock { state -> Block? in
            state.usedBlockCount += 1
            guard let index = state.idle.lastIndex(where: { fitting.contains($0.byteCount) })
            else { return nil }
            let block = state.idle.remove(at: index)
            state.idleByteCount -= block.byteCount
            return block
        }
        return found ?? Self.fresh(byteCount)
    }

    func give(_ block: Block) {
        guard block.byteCount >= Self.blockByteCountMin else {
            return block.address.deallocate()
        }
        let dropped = state.withLock { state in
            state.usedBlockCount -= 1
            let kept = state.usedBlockCount > 0 ? Self.idleByteCountMax : 0
            guard block.byteCount <= kept else { return [block] + state.dropIdle(above: kept) }
            state.idle.append(block)
            state.idleByteCount += block.byteCount
            return state.dropIdle(above: kept)
        }
        for block in dropped { block.address.deallocate() }
    }

    private static func fresh(_ byteCount: Int) -> Block {
        let block = Block(
            address: .allocate(byteCount: byteCount, alignment: hugePageByteCount),
            byteCount: byteCount)
        #if os(Linux)
            // Only advice, and only for what is filled as a whole.
            let whole = byteCount / hugePageByteCount * hugePageByteCount
            if whole > 0 { _ = madvise(block.address, whole, Int32(MADV_HUGEPAGE)) }
        #endif
        return block
    }
}
