import Binning
import CKernels
import Synchronization
import Threads

/// Builds the histograms of nodes on all threads.
///
/// Large nodes of narrow tables are divided by rows, each worker with sums of its own; wide tables
/// by groups of columns. Integers commute, so the result does not depend on the division.
final class HistogramBuilder: @unchecked Sendable {
    // Sendable: workers touch only their own scratch, and their own groups of the result.
    private let layout: HistogramLayout
    private let packing: GradientPacking
    private let pool: ThreadPool
    private let buffers: BufferPool
    /// (threadCount) packed sums, then split ones: 3 × entryCount each.
    private let scratch: [UnsafeMutablePointer<Int64>]
    private let scratchBuffers: [PooledBuffer]

    /// Cells below which one thread is faster than a region of the pool: about 50 us of work.
    private static let serialCellCountMax = 131_072
    /// Rows of a group's words that are summed before the next word's: they stay in the
    /// second-level cache. Unmeasured beyond two words.
    private static let chunkRowCount = 2_048
    /// Rows that a worker takes at once.
    private static let workerRowCount = 8_192

    init(layout: HistogramLayout, packing: GradientPacking, pool: ThreadPool, buffers: BufferPool) {
        self.layout = layout
        self.packing = packing
        self.pool = pool
        self.buffers = buffers
        let scratchCount = 3 * layout.entryCount + 8
        scratchBuffers = (0..<pool.threadCount).map { _ in
            buffers.take(byteCount: scratchCount * 8)
        }
        scratch = scratchBuffers.map {
            $0.address.bindMemory(to: Int64.self, capacity: scratchCount)
        }
    }

    /// - Parameter groups: whether each group of byte columns, then each wide column, is summed;
    ///   the entries of others are undefined.
    func build(_ rows: NodeRows, activeParts: [Int]) -> Histogram {
        let isPacked = rows.count <= packing.rowCountMax
        let histogram = Histogram(entryCount: layout.entryCount, isPacked: isPacked, pool: buffers)
        let cellCount = rows.count * (layout.bins.byteColumns.count + layout.bins.wideColumns.count)
        let isSerial = pool.threadCount == 1 || cellCount <= Self.serialCellCountMax
        let rows = rows.listed(buffers: buffers, pool: isSerial ? nil : pool)
        let gradients = orderedGradients(of: rows, isSerial: isSerial)
        let job = Job(rows: rows, gradients: gradients.pointer, histogram: histogram)
        if isSerial {
            for part in activeParts { build(part, of: job, scratch: scratch[0]) }
        } else if activeParts.count >= 2 * pool.threadCount {
            pool.forEach(count: activeParts.count) { [self] range, worker in
                for index in range { build(activeParts[index], of: job, scratch: scratch[worker]) }
            }
        } else {
            buildByRows(job, activeParts: activeParts)
        }
        return withExtendedLifetime(gradients) { histogram }
    }

    // MARK: Gradients in the node's order

    private struct OrderedGradients {
        let pointer: UnsafePointer<Int64>
        let buffer: PooledBuffer?
    }

    private struct Job: @unchecked Sendable {
        // Sendable: read by the workers, who share out what `histogram` points to.
        let rows: ListedRows
        let gradients: UnsafePointer<Int64>
        let histogram: Histogram
    }

    private func orderedGradients(of rows: ListedRows, isSerial: Bool) -> OrderedGradients {
        guard let indices = rows.indices else {
            return OrderedGradients(pointer: rows.store.gradients, buffer: nil)
        }
        let buffer = buffers.take(byteCount: rows.count * 8 + 64)
        let ordered = buffer.address.bindMemory(to: Int64.self, capacity: rows.count)
        nonisolated(unsafe) let (from, to, order) = (rows.store.gradients, ordered, indices)
        let gather = { @Sendable (range: Range<Int>) in
            for row in range {
                martlet_prefetch(from + Int(order[row &+ HistogramKernel.aheadCount]))
                to[row] = from[Int(order[row])]
            }
        }
        if isSerial {
            gather(0..<rows.count)
        } else {
            pool.forEach(count: rows.count, grain: Self.workerRowCount) { range, _ in gather(range)
            }
        }
        return OrderedGradients(pointer: ordered, buffer: buffer)
    }

    // MARK: By parts

    /// One group of byte columns or one wide column, over all rows.
    private func build(_ part: Int, of job: Job, scratch: UnsafeMutablePointer<Int64>) {
        let entries = self.entries(ofPart: part)
        let sums = job.histogram.sums + entries.lowerBound
        let rowCount = job.rows.count
        if job.histogram.isPacked {
            sums.update(repeating: 0, count: entries.count)
            accumulate(part, of: job, rows: 0..<rowCount, into: sums)
            return
        }
        let hessians = sums + layout.entryCount
        sums.update(repeating: 0, count: entries.count)
        hessians.update(repeating: 0, count: entries.count)
        scratch.update(repeating: 0, count: entries.count)
        var start = 0
        while start < rowCount {
            let end = min(start + packing.rowCountMax, rowCount)
            accumulate(part, of: job, rows: start..<end, into: scratch)
            Histogram.flush(
                scratch, count: entries.count, packing: packing, gradients: sums, hessians: hessians
            )
            start = end
        }
    }

    func entries(ofPart part: Int) -> Range<Int> {
        if part < layout.groups.count { return layout.groups[part].entries }
        let wide = part - layout.groups.count
        let start = layout.wideOffsets[wide]
        return start..<(start + (layout.bins.wideColumns[wide].codeCount + 7) / 8 * 8)
    }

    private func accumulate(
        _ part: Int, of job: Job, rows range: Range<Int>, into sums: UnsafeMutablePointer<Int64>
    ) {
        if part < layout.groups.count {
            accumulate(layout.groups[part], of: job, rows: range, into: sums)
            return
        }
        let store = job.rows.store
        let codes = store.wideCodes + (part - layout.groups.count) * store.rowCount
        let gradients = job.gradients + range.lowerBound
        if let indices = job.rows.indices {
            HistogramKernel.accumulate(
                codes: codes, indices: indices + range.lowerBound, gradients: gradients,
                count: range.count, into: sums)
        } else {
            HistogramKernel.accumulate(
                codes: codes + range.lowerBound, gradients: gradients, count: range.count,
                into: sums)
        }
    }

    private func accumulate(
        _ group: HistogramLayout.Group, of job: Job, rows range: Range<Int>,
        into sums: UnsafeMutablePointer<Int64>
    ) {
        let store = job.rows.store
        let words = store.words + group.index * BinnedMatrix.groupWordCount * store.rowCount
        let stride = group.wordCount
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(Self.chunkRowCount, range.upperBound - start)
            for word in 0..<group.wordCount {
                let sums = sums + word * HistogramLayout.wordEntryCount
                let columnCount = group.columnCounts[word]
                if let indices = job.rows.indices {
                    HistogramKernel.accumulate(
                        words: words + word, stride: stride, indices: indices + start,
                        gradients: job.gradients + start, count: count, columnCount: columnCount,
                        into: sums)
                } else {
                    HistogramKernel.accumulate(
                        words: words + start * stride + word, stride: stride,
                        gradients: job.gradients + start, count: count, columnCount: columnCount,
                        into: sums)
                }
            }
            start += count
        }
    }

    // MARK: By rows

    private func buildByRows(_ job: Job, activeParts: [Int]) {
        let entryCount = layout.entryCount
        let rowCount = job.rows.count
        let next = Counter()
        pool.run { [self] worker in
            let packed = scratch[worker]
            let isPacked = job.histogram.isPacked
            packed.update(repeating: 0, count: isPacked ? entryCount : 3 * entryCount)
            var pendingCount = 0
            while true {
                let start = next.take(Self.workerRowCount)
                guard start < rowCount else { break }
                let end = min(start + Self.workerRowCount, rowCount)
                if pendingCount + Self.workerRowCount > packing.rowCountMax, !isPacked {
                    flush(packed)
                    pendingCount = 0
                }
                pendingCount += end - start
                for part in activeParts {
                    let sums = packed + entries(ofPart: part).lowerBound
                    accumulate(part, of: job, rows: start..<end, into: sums)
                }
            }
            if !isPacked { flush(packed) }
        }
        reduce(into: job.histogram)
    }

    private func flush(_ packed: UnsafeMutablePointer<Int64>) {
        let entryCount = layout.entryCount
        Histogram.flush(
            packed, count: entryCount, packing: packing, gradients: packed + entryCount,
            hessians: packed + 2 * entryCount)
    }

    private func reduce(into histogram: Histogram) {
        let entryCount = layout.entryCount
        let count = histogram.isPacked ? entryCount : 2 * entryCount
        let offset = histogram.isPacked ? 0 : entryCount
        let sums = histogram.sums
        sums.update(from: scratch[0] + offset, count: count)
        for other in scratch.dropFirst() {
            let addends = other + offset
            for entry in 0..<count { sums[entry] &+= addends[entry] }
        }
    }
}

/// Hands out rows to workers.
private final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ count: Int) -> Int { next.wrappingAdd(count, ordering: .relaxed).oldValue }
}
