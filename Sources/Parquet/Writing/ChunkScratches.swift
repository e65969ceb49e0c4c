import Synchronization

/// Working memory of a file's encoders, kept from one row group to the next: each encoder takes one
/// for itself, and gives it back.
final class ChunkScratches: Sendable {
    private struct Kept: @unchecked Sendable {
        // Sendable: nobody uses what lies here; it is taken and given under the lock.
        var free: [(scratch: ChunkScratch, compressor: PageCompressor)] = []
    }

    private let kept = Mutex(Kept())

    /// - Parameter compression: always the same.
    func take(
        _ compression: WriterOptions.Compression
    ) throws(ParquetError) -> (scratch: ChunkScratch, compressor: PageCompressor) {
        let taken = kept.withLock { kept in Taken(free: kept.free.popLast()) }
        if let free = taken.free { return free }
        return (ChunkScratch(), try PageCompressor(compression))
    }

    func give(_ scratch: ChunkScratch, _ compressor: PageCompressor) {
        let given = Taken(free: (scratch, compressor))
        kept.withLock { kept in
            if let free = given.free { kept.free.append(free) }
        }
    }

    private struct Taken: @unchecked Sendable {
        // Sendable: carries what one encoder has across the lock.
        let free: (scratch: ChunkScratch, compressor: PageCompressor)?
    }
}
