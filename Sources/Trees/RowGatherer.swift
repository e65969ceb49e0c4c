import Binning
import CKernels
import Threads

/// Moves the rows of small nodes together, so that their histograms read memory in order.
struct RowGatherer: Sendable {
    let layout: BinLayout
    let pool: ThreadPool
    let buffers: BufferPool

    private static let serialRowCountMax = 16_384
    private static let workerRowCount = 8_192

    /// Whether memory allows for a store of so many rows.
    func hasRoom(rowCount: Int) -> Bool {
        buffers.hasRoom(for: RowStore.byteCount(rowCount: rowCount, layout: layout))
    }

    /// Copies the rows of a set, with their gradients.
    func gather(_ rows: NodeRows) -> RowStore {
        let rows = rows.listed(buffers: buffers, pool: pool)
        guard let indices = rows.indices else { return rows.store }
        let result = RowStore(rowCount: rows.count, layout: layout, pool: buffers)
        nonisolated(unsafe) let order = indices
        let copy = { @Sendable (range: Range<Int>) in
            copyRows(range, order, from: rows.store, to: result)
        }
        if pool.threadCount == 1 || rows.count <= Self.serialRowCountMax {
            copy(0..<rows.count)
        } else {
            pool.forEach(count: rows.count, grain: Self.workerRowCount) { range, _ in copy(range) }
        }
        return withExtendedLifetime(rows) { result }
    }

    private func copyRows(
        _ range: Range<Int>, _ order: UnsafePointer<UInt32>, from: RowStore, to: RowStore
    ) {
        var group = 0
        while group < layout.wordCount {
            let source = from.words + group * from.rowCount
            let target = to.words + group * to.rowCount
            let wordCount = min(layout.wordCount - group, BinnedMatrix.groupWordCount)
            WordCopy.gather(
                source, wordCount: wordCount, order: order + range.lowerBound,
                count: range.count, into: target + range.lowerBound * wordCount)
            group += BinnedMatrix.groupWordCount
        }
        for column in 0..<layout.wideColumns.count {
            let source = from.wideCodes + column * from.rowCount
            let target = to.wideCodes + column * to.rowCount
            for row in range {
                martlet_prefetch(source + Int(order[row &+ HistogramKernel.aheadCount]))
                target[row] = source[Int(order[row])]
            }
        }
        copyGradients(range, order, from: from, to: to)
    }

    private func copyGradients(
        _ range: Range<Int>, _ order: UnsafePointer<UInt32>, from: RowStore, to: RowStore
    ) {
        guard let tableRows = to.tableRows else { return }
        let (source, target) = (from.gradients, to.gradients)
        for row in range {
            martlet_prefetch(source + Int(order[row &+ HistogramKernel.aheadCount]))
            target[row] = source[Int(order[row])]
        }
        if let ofSource = from.tableRows {
            for row in range { tableRows[row] = ofSource[Int(order[row])] }
        } else {
            for row in range { tableRows[row] = order[row] }
        }
    }
}
