import Models

/// Computes one statistic of categories for the rows that are learned from, and its table.
///
/// Rows are taken in a random order; each gets the smoothed mean of the rows of its cell that came
/// before it, so that no row sees its own label. The table holds the means of all rows.
///
/// Source: Prokhorenkova et al. 2018, section 3.2.
struct OrderedStatistic {
    private struct Sums {
        var value: Double = 0
        var weight: Double = 0
        var rowCount: Int32 = 0
    }

    /// Cells that fewer rows than this fell into are not listed: they have the prior.
    static let rowCountMin = 2
    private static let blockRowCount = 1_024

    let codes: CategoryCodes
    let target: StatisticTarget
    let order: RowPermutation
    /// Rows that the prior counts for, 0 or more.
    let priorWeight: Double

    /// - Parameters:
    ///   - statistic: its features and class; the table is ignored.
    ///   - values: (rowCount) written, in the order of the table, not of the permutation.
    /// - Returns: the statistic with prior and table.
    /// - Complexity: O(rows · features + cells). Twin: a sum over all earlier rows, in the tests.
    func compute(
        _ statistic: TargetStatistic, into values: UnsafeMutableBufferPointer<Float>
    ) -> TargetStatistic {
        precondition(values.count == codes.rowCount && order.rowCount == codes.rowCount)
        let prior = target.mean(classIndex: statistic.classIndex)
        var sums = [Sums](repeating: Sums(), count: codes.cellCount(of: statistic.features))
        sums.withUnsafeMutableBufferPointer { sums in
            accumulate(statistic, prior: prior, sums: sums, into: values)
        }
        var result = TargetStatistic(
            features: statistic.features, classIndex: statistic.classIndex, prior: prior)
        for (cell, sum) in sums.enumerated() where Int(sum.rowCount) >= Self.rowCountMin {
            result.cells.append(Int32(cell))
            result.values.append(Double(mean(sum, prior: prior)))
        }
        return result
    }

    private func accumulate(
        _ statistic: TargetStatistic, prior: Double, sums: UnsafeMutableBufferPointer<Sums>,
        into values: UnsafeMutableBufferPointer<Float>
    ) {
        let capacity = min(Self.blockRowCount, codes.rowCount)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { rowBlock in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: capacity) { cellBlock in
                target.labels.withUnsafeBufferPointer { labels in
                    for start in stride(from: 0, to: codes.rowCount, by: Self.blockRowCount) {
                        let count = min(Self.blockRowCount, codes.rowCount - start)
                        let rows = UnsafeMutableBufferPointer(rebasing: rowBlock[..<count])
                        let cells = UnsafeMutableBufferPointer(rebasing: cellBlock[..<count])
                        order.rows(from: start, into: rows)
                        codes.cells(
                            of: statistic.features, rows: UnsafeBufferPointer(rows), into: cells)
                        for index in 0..<count {
                            let row = Int(rows[index])
                            let cell = Int(cells[index])
                            values[row] = mean(sums[cell], prior: prior)
                            let weight = target.weight(row: row)
                            let label =
                                statistic.classIndex.map {
                                    labels[row] == Float($0) ? 1.0 : 0.0
                                } ?? Double(labels[row])
                            sums[cell].value += weight * label
                            sums[cell].weight += weight
                            sums[cell].rowCount &+= 1
                        }
                    }
                }
            }
        }
    }

    /// As a float, which is what the rows and the table hold alike.
    private func mean(_ sums: Sums, prior: Double) -> Float {
        let weight = sums.weight + priorWeight
        guard weight > 0 else { return Float(prior) }
        return Float((sums.value + priorWeight * prior) / weight)
    }
}
