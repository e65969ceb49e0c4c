import Binning
import CKernels
import Models
import Objectives
import Threads

/// Carries the gradients of squared error from tree to tree, in whole quanta.
///
/// See `ResidualQuantum`. Where the gradients outgrow their integers, `isWithinBounds` says so, and
/// training goes on from the scores.
final class ResidualCarrier {
    let quantum: ResidualQuantum
    let scale: GradientScale
    /// Sums of all rows' gradients.
    private(set) var sums: NodeSums
    /// The next root's; nil where it has to be built.
    private(set) var rootHistogram: Histogram?

    private let rows: LabelledRows
    private let packing: GradientPacking
    private let pool: ThreadPool
    private let buffers: BufferPool
    /// (rows)
    private let packed: UnsafeMutablePointer<Int64>
    /// At least the largest |gradient|.
    private var bound: Int64

    /// Rows that a worker takes at once.
    private static let workerRowCount = 16_384

    /// Writes the first gradients.
    init(
        _ quantum: ResidualQuantum, rows: LabelledRows, packing: GradientPacking,
        packed: UnsafeMutablePointer<Int64>, pool: ThreadPool, buffers: BufferPool
    ) {
        precondition(packing == .unit && rows.weights == nil)
        self.quantum = quantum
        self.rows = rows
        self.packing = packing
        self.packed = packed
        self.pool = pool
        self.buffers = buffers
        scale = GradientScale(
            packing: packing, gradientBound: quantum.size * packing.gradientMax, hessianBound: 1)
        bound = quantum.startBound
        let shift = Int64(packing.hessianBits)
        nonisolated(unsafe) let (labels, gradients) = (rows.labels, packed)
        let stretchCount = (rows.count + Self.workerRowCount - 1) / Self.workerRowCount
        let rowCount = rows.count
        let total = pool.map(count: stretchCount) { index, _ in
            let start = index * Self.workerRowCount
            var sum: Int64 = 0
            for row in start..<min(start + Self.workerRowCount, rowCount) {
                let quanta = quantum.startQuanta(label: labels[row])
                gradients[row] = quanta &<< shift &+ 1
                sum &+= quanta
            }
            return sum
        }.reduce(0, +)
        sums = NodeSums(gradient: total, hessian: Int64(rowCount), rowCount: rowCount)
    }

    var isWithinBounds: Bool { bound <= ResidualQuantum.boundMax }

    /// Adds a tree's leaves, whose rows' gradients have been moved.
    /// - Parameters:
    ///   - steps: (leaves) quanta.
    ///   - entryCount: of the leaves' histograms, if each has one of all columns.
    func add(_ steps: [Int64], of leaves: [GrowingLeaf], entryCount: Int?) {
        rootHistogram = nil
        add(steps)
        for (step, leaf) in zip(steps, leaves) {
            sums.gradient += step * Int64(leaf.rows.count)
        }
        guard let entryCount else { return }
        let isPacked = rows.count <= packing.rowCountMax
        let root = Histogram(entryCount: entryCount, isPacked: isPacked, pool: buffers)
        let shift = Int32(packing.hessianBits)
        if isPacked {
            root.sums.update(repeating: 0, count: entryCount)
            for (step, leaf) in zip(steps, leaves) {
                guard let histogram = leaf.histogram else { continue }
                martlet_carry_packed(histogram.sums, entryCount, shift, step, root.sums)
            }
        } else {
            root.sums.update(repeating: 0, count: 2 * entryCount)
            for (step, leaf) in zip(steps, leaves) {
                guard let histogram = leaf.histogram else { continue }
                martlet_carry_split(
                    histogram.sums, histogram.isPacked ? nil : histogram.sums + entryCount,
                    entryCount, shift, step, root.sums, root.sums + entryCount)
            }
        }
        rootHistogram = root
    }

    /// The root's histogram, which the caller may then overwrite.
    func takeRootHistogram() -> Histogram? {
        defer { rootHistogram = nil }
        return rootHistogram
    }

    /// Adds a tree of an earlier run on the same rows.
    /// - Returns: false, and nothing is changed, where its values are no quanta.
    func add(_ tree: Tree, matrix: BinnedMatrix) throws(TreesError) -> Bool {
        let steps = tree.leafValues.compactMap { quantum.quanta(exactly: $0) }
        guard steps.count == tree.leafValues.count else { return false }
        try BinnedTree(tree, matrix: matrix).add(
            steps.map { $0 << Int64(packing.hessianBits) }, to: packed, of: matrix, pool: pool)
        for (step, rowCount) in zip(steps, tree.leafRowCounts) {
            sums.gradient += step * rowCount
        }
        add(steps)
        return true
    }

    /// Writes the rows' scores.
    /// - Parameter scores: (rows)
    func writeScores(to scores: UnsafeMutablePointer<Double>) {
        nonisolated(unsafe) let (labels, gradients) = (rows.labels, packed)
        nonisolated(unsafe) let scores = scores
        let (quantum, packing) = (quantum, packing)
        pool.forEach(count: rows.count, grain: Self.workerRowCount) { range, _ in
            for row in range {
                scores[row] = quantum.score(
                    label: labels[row], quanta: packing.gradient(gradients[row]))
            }
        }
    }

    private func add(_ steps: [Int64]) {
        bound += steps.reduce(0) { max($0, abs($1)) }
        guard !isWithinBounds else { return }
        // The bound grows with every tree, the gradients seldom do.
        var largest: Int64 = 0
        for row in 0..<rows.count { largest = max(largest, abs(packing.gradient(packed[row]))) }
        bound = largest
    }
}
