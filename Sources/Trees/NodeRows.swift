import CKernels
import Threads

/// The rows of one node: all of a store, or a set of them.
struct NodeRows: Sendable {
    let store: RowStore
    /// Rows of the store; nil for all of them.
    let mask: RowMask?
    let count: Int

    init(all store: RowStore) {
        self.store = store
        mask = nil
        count = store.rowCount
    }

    /// - Parameter count: of the rows in `mask`.
    init(store: RowStore, mask: RowMask, count: Int) {
        self.store = store
        self.mask = mask
        self.count = count
    }

    /// Whether they are some of the table's, not of a store of their own.
    var isMarkedInTable: Bool { mask != nil && store.tableRows == nil }

    /// Words that one worker lists at once.
    private static let workerWordCount = 1_024

    /// The rows by number.
    /// - Parameter pool: shares the work out; nil inside a region.
    func listed(buffers: BufferPool, pool: ThreadPool? = nil) -> ListedRows {
        guard let mask else {
            return ListedRows(store: store, indices: nil, indexBuffer: nil, count: count)
        }
        let capacity = count + ListedRows.paddingCount
        let buffer = buffers.take(byteCount: capacity * 4)
        let indices = buffer.address.bindMemory(to: UInt32.self, capacity: capacity)
        (indices + count).update(repeating: 0, count: ListedRows.paddingCount)
        let wordCount = RowMask.wordCount(store.rowCount)
        if let pool, pool.threadCount > 1, wordCount > 2 * Self.workerWordCount {
            list(mask, wordCount: wordCount, into: indices, pool: pool)
        } else {
            martlet_list_rows(mask.words, wordCount, 0, indices)
        }
        return ListedRows(store: store, indices: indices, indexBuffer: buffer, count: count)
    }

    private func list(
        _ mask: RowMask, wordCount: Int, into indices: UnsafeMutablePointer<UInt32>,
        pool: ThreadPool
    ) {
        let stretches = stride(from: 0, to: wordCount, by: Self.workerWordCount).map { start in
            start..<min(start + Self.workerWordCount, wordCount)
        }
        var starts = [0]
        for stretch in stretches {
            let words = mask.words + stretch.lowerBound
            starts.append(starts[starts.count - 1] + martlet_count_rows(words, stretch.count))
        }
        let places = starts
        nonisolated(unsafe) let indices = indices
        pool.forEach(count: stretches.count) { range, _ in
            for index in range {
                let first = stretches[index].lowerBound
                martlet_list_rows(
                    mask.words + first, stretches[index].count,
                    UInt32(first * RowMask.wordRowCount), indices + places[index])
            }
        }
    }
}
