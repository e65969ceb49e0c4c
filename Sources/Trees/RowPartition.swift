import Binning
import Threads

/// Divides the rows of a node between its children.
///
/// Every row of the node's store is looked at, 64 at a time: that is faster than listing a node's
/// rows as long as they are a fair share of the store's, which `TreeGrower` sees to.
struct RowPartition: Sendable {
    let layout: BinLayout
    let pool: ThreadPool
    let buffers: BufferPool

    /// Rows of a store below which one thread is faster than a region of the pool: 0.03 ns a row
    /// of the table were measured, 0.2 of other stores.
    private static let serialRowCountMax = 524_288
    /// Rows that a worker takes at once; whole words.
    private static let workerRowCount = 131_072

    /// The node's own set of rows becomes that of the left child.
    /// - Parameter rule: which codes of which column go left.
    func split(_ rows: NodeRows, by rule: CodeRule) -> (left: NodeRows, right: NodeRows) {
        let store = rows.store
        let left = rows.mask ?? RowMask(rowCount: store.rowCount, buffers: buffers)
        let right = RowMask(rowCount: store.rowCount, buffers: buffers)
        let column = RuledColumn(store: store, layout: layout, rule: rule)
        let leftCount: Int
        if pool.threadCount == 1 || store.rowCount <= Self.serialRowCountMax {
            leftCount = column.divide(
                0..<store.rowCount, within: rows.mask?.words, left: left.words,
                right: right.words)
        } else {
            let stretchCount = (store.rowCount + Self.workerRowCount - 1) / Self.workerRowCount
            leftCount = pool.map(count: stretchCount) { index, _ in
                let start = index * Self.workerRowCount
                let word = start / RowMask.wordRowCount
                return column.divide(
                    start..<min(start + Self.workerRowCount, store.rowCount),
                    within: rows.mask.map { $0.words + word }, left: left.words + word,
                    right: right.words + word)
            }.reduce(0, +)
        }
        return (
            NodeRows(store: store, mask: left, count: leftCount),
            NodeRows(store: store, mask: right, count: rows.count - leftCount)
        )
    }
}
