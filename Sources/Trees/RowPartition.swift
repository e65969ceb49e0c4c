import Binning
import CKernels
import Threads

/// Divides the rows of a node between its children, each side in the order of the table.
final class RowPartition: @unchecked Sendable {
    // Sendable: workers write separate ranges.
    private let pool: ThreadPool
    private let buffers: BufferPool
    private let layout: BinLayout
    /// Rows of the larger stretches' right sides; as long as the table.
    private let rightRows: UnsafeMutablePointer<UInt32>
    private let rightBuffer: PooledBuffer

    /// Rows below which one thread is faster than a region of the pool: about 60 us of work.
    private static let serialRowCountMax = 32_768
    /// Slack that kernels may write or read beyond the last row.
    private static let paddingCount = 64

    init(layout: BinLayout, rowCount: Int, pool: ThreadPool, buffers: BufferPool) {
        self.layout = layout
        self.pool = pool
        self.buffers = buffers
        rightBuffer = buffers.take(byteCount: (rowCount + Self.paddingCount) * 4)
        rightRows = rightBuffer.address.bindMemory(
            to: UInt32.self, capacity: rowCount + Self.paddingCount)
    }

    /// - Parameter rule: which codes of which column go left.
    func split(_ rows: NodeRows, by rule: CodeRule) -> (left: NodeRows, right: NodeRows) {
        let buffer: PooledBuffer
        let target: UnsafeMutablePointer<UInt32>
        if let indices = rows.indices, let indexBuffer = rows.indexBuffer {
            (buffer, target) = (indexBuffer, indices)
        } else {
            let count = rows.count + Self.paddingCount
            buffer = buffers.take(byteCount: count * 4)
            target = buffer.address.bindMemory(to: UInt32.self, capacity: count)
            // Rows are fetched ahead by index, also those past the end.
            (target + rows.count).update(repeating: 0, count: Self.paddingCount)
        }
        let column = RuledColumn(store: rows.store, layout: layout, rule: rule)
        let leftCount: Int
        if pool.threadCount == 1 || rows.count <= Self.serialRowCountMax {
            leftCount = column.partition(
                rows.indices, first: 0, count: rows.count, left: target, right: rightRows)
            (target + leftCount).update(from: rightRows, count: rows.count - leftCount)
        } else {
            leftCount = splitOnAllThreads(rows, column: column, into: target)
        }
        return (
            NodeRows(store: rows.store, indices: target, indexBuffer: buffer, count: leftCount),
            NodeRows(
                store: rows.store, indices: target + leftCount, indexBuffer: buffer,
                count: rows.count - leftCount)
        )
    }

    /// Each worker divides one stretch into two buffers; then the pieces are put together.
    private func splitOnAllThreads(
        _ rows: NodeRows, column: RuledColumn, into target: UnsafeMutablePointer<UInt32>
    ) -> Int {
        let stretchCount = pool.threadCount
        let leftBuffer = buffers.take(byteCount: (rows.count + Self.paddingCount) * 4)
        let bounds = (0...stretchCount).map { $0 * rows.count / stretchCount }
        let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: stretchCount)
        counts.initialize(repeating: 0)
        defer { counts.deallocate() }
        nonisolated(unsafe) let leftRows = leftBuffer.address.bindMemory(
            to: UInt32.self, capacity: rows.count + Self.paddingCount)
        nonisolated(unsafe) let leftCounts = counts
        nonisolated(unsafe) let result = target
        pool.run { [self] worker in
            let start = bounds[worker]
            leftCounts[worker] = column.partition(
                rows.indices.map { $0 + start }, first: start, count: bounds[worker + 1] - start,
                left: leftRows + start, right: rightRows + start)
        }
        var leftStarts = [0]
        for count in counts { leftStarts.append(leftStarts[leftStarts.count - 1] + count) }
        let starts = leftStarts
        let leftCount = starts[stretchCount]
        pool.run { [self] worker in
            let start = bounds[worker]
            let count = leftCounts[worker]
            (result + starts[worker]).update(from: leftRows + start, count: count)
            let rightStart = leftCount + start - starts[worker]
            (result + rightStart).update(
                from: rightRows + start, count: bounds[worker + 1] - start - count)
        }
        return withExtendedLifetime(leftBuffer) { leftCount }
    }
}
