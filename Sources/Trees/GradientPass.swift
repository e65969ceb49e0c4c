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
    private let scores: UnsafePointer<Double>
    /// (rows) the result.
    private let packed: UnsafeMutablePointer<Int64>

    /// Rows whose gradients stay in the first-level cache between the two steps.
    private static let chunkRowCount = 1_024
    /// Rows that a worker takes at once.
    private static let workerRowCount = 16_384

    init(
        objective: any Objective, rows: LabelledRows, packing: GradientPacking, pool: ThreadPool,
        scores: UnsafePointer<Double>, packed: UnsafeMutablePointer<Int64>
    ) {
        self.objective = objective
        self.rows = rows
        self.packing = packing
        self.pool = pool
        self.scores = scores
        self.packed = packed
    }

    /// Sums of all rows, and the largest |gradient|.
    struct Totals: Sendable {
        var gradient: Int64 = 0
        var hessian: Int64 = 0
        var gradientMax: Float = 0
    }

    /// - Parameter dither: where the sequence that decides on rounding starts.
    func run(scale: GradientScale, dither: UInt32) -> Totals {
        overAllRows { [self] chunk, gradients, hessians, totals in
            compute(chunk, gradients, hessians)
            if packing == .unit {
                martlet_pack_unit(
                    gradients, chunk.count, 1 / scale.gradient, Int32(packing.hessianBits),
                    packed + chunk.lowerBound, &totals.gradient, &totals.gradientMax)
                totals.hessian += Int64(chunk.count)
            } else {
                martlet_pack_general(
                    gradients, hessians, chunk.count, 1 / scale.gradient, 1 / scale.hessian,
                    Int32(packing.hessianBits),
                    dither &+ UInt32(truncatingIfNeeded: chunk.lowerBound),
                    packed + chunk.lowerBound, &totals.gradient, &totals.hessian,
                    &totals.gradientMax)
            }
        }
    }

    /// The largest |gradient| alone.
    func gradientMax() -> Float {
        overAllRows { [self] chunk, gradients, hessians, totals in
            compute(chunk, gradients, hessians)
            var largest = totals.gradientMax
            for row in 0..<chunk.count { largest = max(largest, abs(gradients[row])) }
            totals.gradientMax = largest
        }.gradientMax
    }

    private func compute(
        _ chunk: Range<Int>, _ gradients: UnsafeMutablePointer<Float>,
        _ hessians: UnsafeMutablePointer<Float>
    ) {
        objective.computeGradients(
            rows[chunk], scores: scores + chunk.lowerBound, gradients: gradients,
            hessians: hessians)
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
        state.withLock { state in
            state.gradient += other.gradient
            state.hessian += other.hessian
            state.gradientMax = max(state.gradientMax, other.gradientMax)
        }
    }
}
