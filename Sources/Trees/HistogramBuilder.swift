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
    let layout: HistogramLayout
    private let packing: GradientPacking
    private let pool: ThreadPool
    let buffers: BufferPool
    /// (threadCount) packed sums, then split ones: 3 × entryCount each.
    private let scratch: [UnsafeMutablePointer<Int64>]
    private let scratchBuffers: [PooledBuffer]

    /// Cells below which one thread is faster than a region of the pool: about 50 us of work.
    private static let serialCellCountMax = 131_072
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

    /// - Parameters:
    ///   - activeParts: the groups of byte columns, then wide columns, that are summed; the entries
    ///     of others are undefined.
    ///   - store: takes copies of the rows, as far as they are summed; of `rows.count` rows, which
    ///     are not all of their store. nil to copy none.
    func build(
        _ rows: NodeRows, activeParts: [Int], keepingIn store: RowStore? = nil
    ) -> Histogram {
        precondition(store.map { $0.rowCount == rows.count && rows.mask != nil } ?? true)
        let isPacked = rows.count <= packing.rowCountMax
        let histogram = Histogram(entryCount: layout.entryCount, isPacked: isPacked, pool: buffers)
        let cellCount = rows.count * (layout.bins.byteColumns.count + layout.bins.wideColumns.count)
        let isSerial = pool.threadCount == 1 || cellCount <= Self.serialCellCountMax
        let rows = rows.listed(buffers: buffers, pool: isSerial ? nil : pool)
        // Several parts read the same gradients; one alone takes them as it goes.
        let isAlone = activeParts.count == 1 && activeParts[0] < layout.groups.count
        let buffer =
            rows.indices == nil || isAlone || store != nil
            ? nil : buffers.take(byteCount: rows.count * 8 + 64)
        let ordered =
            store?.gradients ?? buffer?.address.bindMemory(to: Int64.self, capacity: rows.count)
        let job = Job(
            rows: rows, gradients: rows.indices == nil ? rows.store.gradients : ordered,
            kept: store, isOrdered: !isAlone, histogram: histogram)
        if let ordered, !isAlone { order(job, into: ordered, isSerial: isSerial) }
        if isSerial {
            for part in activeParts { build(part, of: job, scratch: scratch[0]) }
        } else if activeParts.count >= 2 * pool.threadCount {
            pool.forEach(count: activeParts.count) { [self] range, worker in
                for index in range { build(activeParts[index], of: job, scratch: scratch[worker]) }
            }
        } else {
            buildByRows(job, activeParts: activeParts)
        }
        return withExtendedLifetime(buffer) { histogram }
    }

    struct Job: @unchecked Sendable {
        // Sendable: read by the workers, who share out what `histogram` and `kept` point to.
        let rows: ListedRows
        /// (rows.count) in the order of `rows`; nil where nobody keeps them.
        let gradients: UnsafeMutablePointer<Int64>?
        let kept: RowStore?
        /// Whether gradients stand in order before any part is summed.
        let isOrdered: Bool
        let histogram: Histogram
    }

    /// Puts gradients, and with rows that are kept their numbers, in the order of the rows.
    private func order(_ job: Job, into gradients: UnsafeMutablePointer<Int64>, isSerial: Bool) {
        nonisolated(unsafe) let gradients = gradients
        let gather = { @Sendable [self] (range: Range<Int>) in
            copyGradients(of: job, rows: range, into: gradients + range.lowerBound)
        }
        if isSerial {
            gather(0..<job.rows.count)
        } else {
            pool.forEach(count: job.rows.count, grain: Self.workerRowCount) { range, _ in
                gather(range)
            }
        }
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
