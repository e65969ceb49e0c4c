package import Models
package import Threads

/// Computes the statistics of categories of the rows that are learned from.
package struct StatisticLearner: Sendable {
    package let codes: CategoryCodes
    package let target: StatisticTarget
    /// Rows that the prior counts for: LightGBM's `cat_smooth`.
    package let priorWeight: Double
    package let order: RowPermutation

    /// Rows that are handed on at once.
    private static let blockRowCount = 8_192

    package init(
        codes: CategoryCodes, target: StatisticTarget, priorWeight: Double, seed: UInt64
    ) {
        precondition(target.labels.count == codes.rowCount && priorWeight >= 0)
        self.codes = codes
        self.target = target
        self.priorWeight = priorWeight
        order = RowPermutation(rowCount: codes.rowCount, seed: seed)
    }

    /// Pairs of features that deserve a statistic; see `CrossScreening`.
    package func pairs(
        of features: [Int], classes: [Int?], isShare: Bool, pool: ThreadPool
    ) -> [[Int]] {
        CrossScreening(codes: codes, target: target, order: order, priorWeight: priorWeight)
            .pairs(of: features, classes: classes, isShare: isShare, pool: pool)
    }

    /// Computes each statistic, several side by side, and hands its values on block by block.
    ///
    /// Memory: 4 bytes a row, and 24 a cell, for each thread of the pool.
    /// - Parameters:
    ///   - statistics: their features and classes; tables are ignored.
    ///   - body: the index of a statistic, values of some rows, and the number of the first.
    /// - Returns: the statistics with their tables.
    /// - Precondition: not inside a region of `pool`, which it enters.
    package func compute(
        _ statistics: [TargetStatistic], pool: ThreadPool,
        _ body: @escaping @Sendable (Int, UnsafeBufferPointer<Double>, Int) -> Void
    ) -> [TargetStatistic] {
        let rowCount = codes.rowCount
        return pool.map(count: statistics.count) { index, _ in
            let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: rowCount)
            values.initialize(repeating: 0)
            defer { values.deallocate() }
            let statistic = OrderedStatistic(
                codes: codes, target: target, order: order, priorWeight: priorWeight
            ).compute(statistics[index], into: values)
            withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.blockRowCount) { block in
                for start in stride(from: 0, to: rowCount, by: Self.blockRowCount) {
                    let count = min(Self.blockRowCount, rowCount - start)
                    for row in 0..<count { block[row] = Double(values[start + row]) }
                    body(index, UnsafeBufferPointer(rebasing: block[..<count]), start)
                }
            }
            return statistic
        }
    }
}
