import CKernels
import Objectives
import Synchronization
import Threads

/// Computes, quantises and packs the gradients of all rows, once a round.
final class GradientPass: @unchecked Sendable {
    // Sendable: workers write separate rows, and totals under a lock.
    private let objective: any Objective
    private let rows: LabelledRows
    private let packing: GradientPacking
    private let pool: ThreadPool
    /// (outputCount × rows)
    private let scores: UnsafePointer<Double>
    /// (rows) the result.
    private let packed: UnsafeMutablePointer<Int64>
    /// (rows × words) what the objective prepares each round; nil where it prepares nothing.
    private let roundState: UnsafeMutablePointer<UInt64>?
    /// (rows) what gradients and hessians are multiplied by; nil for 1.
    var factors: UnsafePointer<Float>?

    /// Rows whose gradients stay in the first-level cache between the two steps.
    private static let chunkRowCount = 1_024
    /// Rows that a worker takes at once.
    private static let workerRowCount = 16_384

    init(
        objective: any Objective, rows: LabelledRows, packing: GradientPacking, pool: ThreadPool,
        scores: UnsafePointer<Double>, packed: UnsafeMutablePointer<Int64>,
        roundState: UnsafeMutablePointer<UInt64>?
    ) {
        self.objective = objective
        self.rows = rows.with(
            roundState: roundState.map { UnsafePointer($0) },
            wordCount: objective.roundStateWordCount)
        self.roundState = roundState
        self.packing = packing
        self.pool = pool
        self.scores = scores
        self.packed = packed
    }

    /// Lets the objective compute what all gradients of a round need.
    func prepareRound() {
        guard let roundState else { return }
        let unitCount = objective.roundUnitCount(rows)
        let rowsOfUnit = max(1, rows.count / max(1, unitCount))
        nonisolated(unsafe) let state = roundState
        pool.forEach(count: unitCount, grain: max(1, Self.workerRowCount / rowsOfUnit)) {
            [self] units, _ in
            objective.prepareRound(units, rows: rows, scores: scores, state: state)
        }
    }

    /// Sums of all rows, and the largest |gradient|.
    struct Totals: Sendable {
        var gradient: Int64 = 0
        var hessian: Int64 = 0
        var gradientMax: Float = 0
        /// Found by `maxima` alone.
        var hessianMax: Float = 0

        mutating func add(_ other: Totals) {
            gradient += other.gradient
            hessian += other.hessian
            gradientMax = max(gradientMax, other.gradientMax)
            hessianMax = max(hessianMax, other.hessianMax)
        }
    }

    /// - Parameters:
    ///   - output: the raw score that gradients are taken with respect to.
    ///   - dither: where the sequence that decides on rounding starts.
    func run(output: Int, scale: GradientScale, dither: UInt32) -> Totals {
        overAllRows { [self] chunk, gradients, hessians, totals in
            compute(chunk, output, gradients, hessians)
            packing.pack(
                gradients, hessians, count: chunk.count, scale: scale,
                dither: dither &+ UInt32(truncatingIfNeeded: chunk.lowerBound),
                into: packed + chunk.lowerBound, totals: &totals)
        }
    }

    /// The largest |gradient| and hessian alone.
    func maxima(output: Int) -> (gradient: Float, hessian: Float) {
        let totals = overAllRows { [self] chunk, gradients, hessians, totals in
            compute(chunk, output, gradients, hessians)
            var (gradient, hessian) = (totals.gradientMax, totals.hessianMax)
            for row in 0..<chunk.count {
                gradient = max(gradient, abs(gradients[row]))
                hessian = max(hessian, hessians[row])
            }
            totals.gradientMax = gradient
            totals.hessianMax = hessian
        }
        return (totals.gradientMax, totals.hessianMax)
    }

    private func compute(
        _ chunk: Range<Int>, _ output: Int, _ gradients: UnsafeMutablePointer<Float>,
        _ hessians: UnsafeMutablePointer<Float>
    ) {
        objective.computeGradients(
            rows[chunk], output: output, scores: scores + output * rows.count + chunk.lowerBound,
            gradients: gradients, hessians: hessians)
        guard let factors else { return }
        for row in 0..<chunk.count {
            gradients[row] *= factors[chunk.lowerBound &+ row]
            hessians[row] *= factors[chunk.lowerBound &+ row]
        }
    }

    /// Writes |gradient × hessian| of each row, summed over the outputs in order.
    /// - Parameter result: (rows)
    func magnitudes(into result: UnsafeMutablePointer<Float>) {
        result.update(repeating: 0, count: rows.count)
        nonisolated(unsafe) let result = result
        for output in 0..<objective.outputCount {
            _ = overAllRows { [self] chunk, gradients, hessians, _ in
                compute(chunk, output, gradients, hessians)
                for row in 0..<chunk.count {
                    result[chunk.lowerBound &+ row] += abs(gradients[row] * hessians[row])
                }
            }
        }
    }

    private func overAllRows(
        _ body:
            @escaping @Sendable (
                Range<Int>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, inout Totals
            ) -> Void
    ) -> Totals {
        let sum = TotalsBox()
        pool.forEach(count: rows.count, grain: Self.workerRowCount) { range, _ in
            let totals = withUnsafeTemporaryAllocation(
                of: Float.self, capacity: 2 * Self.chunkRowCount
            ) { memory in
                var totals = Totals()
                guard let gradients = memory.baseAddress else { return totals }
                var start = range.lowerBound
                while start < range.upperBound {
                    let end = min(start + Self.chunkRowCount, range.upperBound)
                    body(start..<end, gradients, gradients + Self.chunkRowCount, &totals)
                    start = end
                }
                return totals
            }
            sum.add(totals)
        }
        return sum.totals
    }
}

/// Adds up the workers' totals; integers and a maximum do not depend on the order.
private final class TotalsBox: Sendable {
    private let state = Mutex(GradientPass.Totals())

    var totals: GradientPass.Totals { state.withLock { $0 } }

    func add(_ other: GradientPass.Totals) {
        state.withLock { $0.add(other) }
    }
}
