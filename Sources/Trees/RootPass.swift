import Binning
import CKernels
import Objectives
import Synchronization
import Threads

/// Prepares the trees of several outputs in one pass over the rows: packs their gradients and
/// builds the histograms of their roots.
///
/// A row's codes are read once, and one load, addition and store serve the sums of all outputs.
/// Gradients and sums are those of one output after the other.
final class RootPass: @unchecked Sendable {
    // Sendable: workers write separate rows and memory of their own, and results under a lock.
    private let objective: any Objective
    private let rows: LabelledRows
    private let matrix: BinnedMatrix
    private let layout: HistogramLayout
    private let packing: GradientPacking
    private let weightMax: Double
    private let seed: UInt64
    private let pool: ThreadPool
    private let buffers: BufferPool
    /// (outputCount × rowCount)
    private let scores: UnsafePointer<Double>
    private let roundState: UnsafeMutablePointer<UInt64>?
    private let packedBuffer: PooledBuffer
    /// (outputs of a block × rowCount)
    private let packed: UnsafeMutablePointer<Int64>
    private let workers: [WorkerMemory]
    /// All outputs, those of one pass together.
    let blocks: [Range<Int>]

    /// Rows whose gradients stay in the second-level cache while column after column is summed.
    private static let chunkRowCount = 2_048
    /// Rows whose gradients stay in the first-level cache until they are packed.
    private static let stepRowCount = 256
    private static let outputsTogether = Int(MARTLET_OUTPUTS_TOGETHER)
    /// Bytes of sums beyond which going from column to column takes longer than is won.
    private static let sumsByteCountMax = 8 << 20

    /// What the tree of one output starts from.
    struct Root: @unchecked Sendable {
        // Sendable: one tree takes it.
        /// (rowCount) gradients.
        let packed: UnsafeMutablePointer<Int64>
        let totals: GradientPass.Totals
        let histogram: Histogram
    }

    /// Whether it can do what is asked for: several outputs that see all rows, by gradients whose
    /// bounds are known and columns of bytes.
    static func serves(
        _ objective: any Objective, parameters: BoostingParameters, layout: HistogramLayout
    ) -> Bool {
        let isBagged = parameters.baggingFreq > 0 && parameters.baggingFraction < 1
        return objective.outputCount > 1 && !isBagged && parameters.sampleStrategy == .bagging
            && layout.bins.wideColumns.isEmpty
            && layout.entryCount * outputsTogether * 8 <= sumsByteCountMax
            && (0..<objective.outputCount).allSatisfy { objective.bounds(output: $0) != nil }
    }

    /// Bytes that it takes.
    static func byteCount(
        rowCount: Int, layout: HistogramLayout, outputCount: Int, threadCount: Int
    ) -> Int {
        let outputCount = min(outputCount, outputsTogether)
        return outputCount * (rowCount * 8 + layout.entryCount * 2 * 8)
            + threadCount * WorkerMemory.byteCount(layout)
    }

    init(
        _ setting: OutputGrower.Setting, layout: HistogramLayout, pool: ThreadPool
    ) {
        objective = setting.objective
        rows = setting.rows.with(
            roundState: setting.roundState.map { UnsafePointer($0) },
            wordCount: setting.objective.roundStateWordCount)
        matrix = setting.matrix
        self.layout = layout
        packing = setting.packing
        weightMax = setting.weightMax
        seed = setting.parameters.seed
        self.pool = pool
        buffers = setting.buffers
        scores = UnsafePointer(setting.scores)
        roundState = setting.roundState
        let outputCount = objective.outputCount
        let blockCount = (outputCount + Self.outputsTogether - 1) / Self.outputsTogether
        blocks = (0..<blockCount).map { block in
            (outputCount * block / blockCount)..<(outputCount * (block + 1) / blockCount)
        }
        let capacity = rows.count * min(outputCount, Self.outputsTogether)
        packedBuffer = buffers.take(byteCount: capacity * 8 + 64)
        packed = packedBuffer.address.bindMemory(to: Int64.self, capacity: capacity)
        workers = (0..<pool.threadCount).map { _ in
            WorkerMemory(layout, buffers: setting.buffers)
        }
    }

    /// Whether a pass does the work of `Objective.prepareRound`, too.
    var preparesRound: Bool { blocks.count == 1 }

    /// - Parameter firstIndex: in the model, of the tree of the first output.
    /// - Returns: (outputs)
    func run(_ outputs: Range<Int>, firstIndex: Int) -> [Root] {
        let results = outputs.map { output in
            Result(
                histogram: Histogram(
                    entryCount: layout.entryCount, isPacked: rows.count <= packing.rowCountMax,
                    pool: buffers),
                scale: scale(of: output),
                dither: UInt32(
                    truncatingIfNeeded: CounterHash(
                        seed: seed, purpose: .dither,
                        round: firstIndex + output - outputs.lowerBound)[0]))
        }
        for result in results {
            let count = layout.entryCount * (result.histogram.isPacked ? 1 : 2)
            result.histogram.sums.update(repeating: 0, count: count)
        }
        for worker in workers { worker.clear(layout) }
        let totals = Mutex([GradientPass.Totals](repeating: .init(), count: outputs.count))
        pool.forEach(count: rows.count, grain: Self.chunkRowCount) { [self] range, worker in
            let memory = workers[worker]
            if memory.pendingCount + range.count > packing.rowCountMax {
                totals.withLock { _ in flush(memory, into: results) }
            }
            let found = pack(range, outputs, results, memory)
            totals.withLock { all in
                for lane in all.indices { all[lane].add(found[lane]) }
            }
            sum(range, outputCount: outputs.count, in: memory)
        }
        for worker in workers { flush(worker, into: results) }
        let sums = totals.withLock { $0 }
        return results.indices.map { lane in
            Root(
                packed: packed + lane * rows.count, totals: sums[lane],
                histogram: results[lane].histogram)
        }
    }

    /// One output of a pass.
    private struct Result: Sendable {
        let histogram: Histogram
        let scale: GradientScale
        let dither: UInt32
    }

    private func scale(of output: Int) -> GradientScale {
        guard let bounds = objective.bounds(output: output) else {
            preconditionFailure("gradients have bounds")
        }
        return GradientScale(packing: packing, bounds: bounds, weightMax: weightMax)
    }

    /// Gradients that share a row.
    private static func laneCount(outputCount: Int) -> Int { outputCount > 4 ? 8 : 4 }

    private func pack(
        _ range: Range<Int>, _ outputs: Range<Int>, _ results: [Result], _ memory: WorkerMemory
    ) -> [GradientPass.Totals] {
        var totals = [GradientPass.Totals](repeating: .init(), count: outputs.count)
        var start = range.lowerBound
        while start < range.upperBound {
            let step = start..<min(start + Self.stepRowCount, range.upperBound)
            compute(step, outputs, memory)
            for lane in totals.indices {
                packing.pack(
                    memory.gradients + lane * step.count, memory.hessians + lane * step.count,
                    count: step.count, scale: results[lane].scale,
                    dither: results[lane].dither &+ UInt32(truncatingIfNeeded: start),
                    into: packed + lane * rows.count + start, totals: &totals[lane])
            }
            start = step.upperBound
        }
        return totals
    }

    private func compute(_ step: Range<Int>, _ outputs: Range<Int>, _ memory: WorkerMemory) {
        if preparesRound {
            objective.prepareAndCompute(
                step, of: rows, scores: scores, state: roundState, gradients: memory.gradients,
                hessians: memory.hessians)
            return
        }
        for output in outputs {
            let place = (output - outputs.lowerBound) * step.count
            objective.computeGradients(
                rows[step], output: output, scores: scores + output * rows.count + step.lowerBound,
                gradients: memory.gradients + place, hessians: memory.hessians + place)
        }
    }

    private func sum(_ range: Range<Int>, outputCount: Int, in memory: WorkerMemory) {
        let laneCount = Self.laneCount(outputCount: outputCount)
        martlet_lay_together(
            packed + range.lowerBound, rows.count, outputCount, laneCount, range.count, memory.rows)
        for group in layout.groups {
            let words =
                matrix.words + group.index * BinnedMatrix.groupWordCount * matrix.rowCount
                + range.lowerBound * group.wordCount
            for (word, columnCount) in group.columnCounts.enumerated() {
                let entry = group.entries.lowerBound + word * HistogramLayout.wordEntryCount
                martlet_add_together(
                    words + word, group.wordCount, memory.rows, laneCount, range.count,
                    columnCount, memory.sums + entry * laneCount)
            }
        }
        memory.pendingCount += range.count
    }

    /// Adds a worker's sums to the histograms and clears them.
    private func flush(_ memory: WorkerMemory, into results: [Result]) {
        guard memory.pendingCount > 0 else { return }
        let laneCount = Self.laneCount(outputCount: results.count)
        let entryCount = layout.entryCount
        for (lane, result) in results.enumerated() {
            let (sums, first) = (memory.sums + lane, result.histogram.sums)
            if result.histogram.isPacked {
                for entry in 0..<entryCount { first[entry] &+= sums[entry &* laneCount] }
                continue
            }
            let hessians = first + entryCount
            for entry in 0..<entryCount {
                let sum = sums[entry &* laneCount]
                first[entry] &+= packing.gradient(sum)
                hessians[entry] &+= packing.hessian(sum)
            }
        }
        memory.clear(layout)
    }

    /// What one worker writes.
    private final class WorkerMemory {
        /// (entryCount × lanes) packed sums.
        let sums: UnsafeMutablePointer<Int64>
        /// (chunkRowCount × lanes) packed gradients, row by row.
        let rows: UnsafeMutablePointer<Int64>
        /// (outputs × stepRowCount)
        let gradients: UnsafeMutablePointer<Float>
        let hessians: UnsafeMutablePointer<Float>
        /// Rows in `sums`.
        var pendingCount = 0
        private let buffer: PooledBuffer

        init(_ layout: HistogramLayout, buffers: BufferPool) {
            let sumCount = layout.entryCount * outputsTogether
            let rowCount = chunkRowCount * outputsTogether
            let stepCount = stepRowCount * outputsTogether
            buffer = buffers.take(byteCount: Self.byteCount(layout))
            sums = buffer.address.bindMemory(to: Int64.self, capacity: sumCount)
            rows = (buffer.address + sumCount * 8).bindMemory(to: Int64.self, capacity: rowCount)
            let floats = (buffer.address + (sumCount + rowCount) * 8)
                .bindMemory(to: Float.self, capacity: 2 * stepCount)
            (gradients, hessians) = (floats, floats + stepCount)
        }

        static func byteCount(_ layout: HistogramLayout) -> Int {
            (layout.entryCount * 8 + chunkRowCount * 8 + stepRowCount * 8) * outputsTogether
        }

        func clear(_ layout: HistogramLayout) {
            sums.update(repeating: 0, count: layout.entryCount * outputsTogether)
            pendingCount = 0
        }
    }
}
