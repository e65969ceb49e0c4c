import COpenBLAS
package import Models
package import Threads

/// Ridge regression in one pass over the rows, in memory that depends on the features alone.
///
/// Minimises `sum of w * (y - b - z·c)^2 + lambdaL2 * |c|^2`, z the standardised columns
/// (weighted mean 0, variance 1 with divisor `sum of w`), b not penalised: scikit-learn's
/// `Ridge(alpha: lambdaL2)` behind a `StandardScaler`. `lambdaL2` 0 is least squares.
///
/// A number is one column, its missing values counting as the mean, and a second one (1 where it
/// is missing) when there were any. A category is a column of 0 and 1, for every code that was
/// seen, missing and unlisted values included; none is dropped.
///
/// Products are summed about a shift, the mean of the first values, so that offsets which are
/// large beside the spread cost no digits. Blocks of rows have a fixed size and are added in
/// order: the result depends on the batches and their order, not on the threads.
package struct RidgeTrainer: Sendable {
    package let features: FeatureSchema
    package let lambdaL2: Double

    private var moments: DesignMoments
    /// (denseCount) taken off each dense column; nil until a value was seen.
    private var shifts: [Double?]

    /// OpenBLAS must not start threads of its own: the pool is ours, and several of its calls
    /// at once are only safe so.
    private static let singleThreadedBLAS: Void = openblas_set_num_threads(1)

    /// - Throws: `invalidParameter` when `lambdaL2` is negative or not finite, `limitExceeded`
    ///   for too many categories.
    package init(features: FeatureSchema, lambdaL2: Double) throws(LinearModelError) {
        guard lambdaL2 >= 0, lambdaL2.isFinite else {
            throw LinearModelError(
                .invalidParameter, "`lambda_l2` is \(lambdaL2); it must be 0 or more.")
        }
        self.features = features
        self.lambdaL2 = lambdaL2
        let layout = try DesignLayout(features)
        moments = DesignMoments(layout)
        shifts = Array(repeating: nil, count: layout.denseCount)
        shifts[layout.onesColumn] = 0
        Self.singleThreadedBLAS
    }

    /// Adds the rows of one batch.
    /// - Parameters:
    ///   - columns: (features.count), prepared by `FeatureEncoder`, in the features' order.
    ///   - target: (rowCount), finite.
    ///   - weights: (rowCount), finite and not negative; nil counts every row as 1.
    /// - Throws: `outOfSpec` for an infinite value, a missing target or a bad weight; the rows
    ///   before it may have been added.
    /// - Precondition: not inside a region of `pool`, which it enters.
    /// - Complexity: O(rows · columns²).
    package mutating func add(
        columns: [EncodedColumn], target: UnsafeBufferPointer<Double>,
        weights: UnsafeBufferPointer<Double>? = nil, pool: ThreadPool
    ) throws(LinearModelError) {
        precondition(columns.count == features.features.count)
        precondition(columns.allSatisfy { $0.rowCount == target.count })
        precondition(weights.map { $0.count == target.count } ?? true)
        chooseShifts(columns: columns, target: target)
        let known = shifts.map { $0 ?? 0 }
        let blockCount = (target.count + DesignBlock.rowCountMax - 1) / DesignBlock.rowCountMax
        // Two blocks a thread, so that one that is late does not idle the others.
        let blocks = (0..<min(blockCount, pool.threadCount * 2)).map { _ in
            DesignBlock(moments.layout)
        }
        // The buffers outlive the regions, which `forEach` waits for, and are only read.
        nonisolated(unsafe) let target = target
        nonisolated(unsafe) let weights = weights
        var first = 0
        while first < blockCount {
            let start = first
            let count = min(blocks.count, blockCount - first)
            pool.forEach(count: count) { range, _ in
                for index in range {
                    let row = (start + index) * DesignBlock.rowCountMax
                    blocks[index].fill(
                        rows: row..<min(row + DesignBlock.rowCountMax, target.count),
                        columns: columns, target: target, weights: weights, shifts: known)
                }
            }
            for block in blocks[..<count] {
                if let problem = block.problem { throw problem }
                moments.addGram(of: block)
            }
            moments.withIndicatorSums { sums in
                pool.forEach(count: features.features.count) { range, _ in
                    withUnsafeTemporaryAllocation(
                        of: Int32.self, capacity: DesignBlock.rowCountMax
                    ) { scratch in
                        scratch.initialize(repeating: 0)
                        for feature in range {
                            for block in blocks[..<count] {
                                sums.add(block, feature: feature, rowScratch: scratch)
                            }
                        }
                    }
                }
            }
            first += count
        }
    }

    /// Solves for the rows added so far; more may be added after.
    /// - Throws: `outOfSpec` without rows or weight.
    /// - Complexity: O(columns³), the rows no longer matter.
    package func solve() throws(LinearModelError) -> RidgeFit {
        try NormalEquations(moments, shifts: shifts.map { $0 ?? 0 }).solve(lambdaL2: lambdaL2)
    }

    /// Sets the shifts that are not set yet to the mean of the first block that has values.
    /// Until then every product with the column is 0, whatever the shift.
    private mutating func chooseShifts(
        columns: [EncodedColumn], target: UnsafeBufferPointer<Double>
    ) {
        let layout = moments.layout
        let rowCountMax = DesignBlock.rowCountMax
        if shifts[layout.targetColumn] == nil, !target.isEmpty {
            let values = UnsafeBufferPointer(rebasing: target.prefix(rowCountMax))
            shifts[layout.targetColumn] = Self.mean(values) ?? 0
        }
        for (index, feature) in layout.numericFeatures.enumerated() where shifts[index] == nil {
            var values = [Double](repeating: 0, count: min(rowCountMax, target.count))
            var row = 0
            while row < target.count, shifts[index] == nil {
                let rows = row..<min(row + rowCountMax, target.count)
                shifts[index] = values.withUnsafeMutableBufferPointer { buffer in
                    let part = UnsafeMutableBufferPointer(rebasing: buffer[..<rows.count])
                    columns[feature].encode(rows: rows, into: part)
                    return Self.mean(UnsafeBufferPointer(part))
                }
                row = rows.upperBound
            }
        }
    }

    /// The mean of the finite values, nil without any.
    private static func mean(_ values: UnsafeBufferPointer<Double>) -> Double? {
        var sum = 0.0
        var count = 0
        for value in values where value.isFinite {
            // Of the halves, so that the largest doubles do not overflow.
            sum += value / Double(values.count)
            count += 1
        }
        guard count > 0 else { return nil }
        return sum * (Double(values.count) / Double(count))
    }
}
