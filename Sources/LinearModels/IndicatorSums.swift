import Models

/// The sums of indicators, to be added to by several threads.
///
/// `@unchecked Sendable`: `add` writes only entries whose first indicator belongs to its feature,
/// and each feature is one thread's.
struct IndicatorSums: @unchecked Sendable {
    let layout: DesignLayout
    /// (denseCount × indicatorCount), and what their rounding took off.
    let sums: UnsafeMutableBufferPointer<Double>
    let errors: UnsafeMutableBufferPointer<Double>
    /// (indicatorCount²)
    let pairs: UnsafeMutableBufferPointer<Double>

    /// Adds the rows of a fold of a tile where an indicator of `feature` is 1, in their order.
    /// - Parameter rowScratch: room for `DesignBlock.rowCountMax` row numbers.
    /// - Complexity: O(such rows · (dense columns + later features)).
    func add(
        _ block: DesignBlock, fold: Int, feature: Int,
        rowScratch: UnsafeMutableBufferPointer<Int32>
    ) {
        guard block.activeCounts[feature] > 0 else { return }
        let start = layout.indicatorStarts[feature]
        let own = block.active(feature: feature)
        var count = 0
        for row in block.rows(fold: fold) where own[row] >= 0 {
            rowScratch[count] = Int32(row)
            count += 1
        }
        let rows = UnsafeBufferPointer(rebasing: rowScratch[..<count])
        for column in 0..<layout.denseCount {
            let place = column * layout.indicatorCount + start..<sums.count
            let target = UnsafeMutableBufferPointer(rebasing: sums[place])
            if block.isPrecise {
                Self.addColumn(
                    block.weightedColumn(column), rows: rows, indicators: own, into: target,
                    errors: UnsafeMutableBufferPointer(rebasing: errors[place]))
                continue
            }
            Self.addColumn(
                UnsafeBufferPointer(block.column(column)),
                roots: UnsafeBufferPointer(block.column(layout.onesColumn)), rows: rows,
                indicators: own, into: target)
        }
        for other in layout.features.features.indices.dropFirst(feature + 1)
        where block.activeCounts[other] > 0 {
            let otherStart = layout.indicatorStarts[other]
            let others = block.active(feature: other)
            for row in rows {
                let indicator = others[Int(row)]
                guard indicator >= 0 else { continue }
                let a = start + Int(own[Int(row)])
                pairs[a * layout.indicatorCount + otherStart + Int(indicator)] +=
                    block.weights[Int(row)]
            }
        }
    }

    /// The dense columns hold root(w) · x: times root(w) again is w · x.
    private static func addColumn(
        _ column: UnsafeBufferPointer<Double>, roots: UnsafeBufferPointer<Double>,
        rows: UnsafeBufferPointer<Int32>, indicators: UnsafeBufferPointer<Int32>,
        into sums: UnsafeMutableBufferPointer<Double>
    ) {
        for row in rows {
            sums[Int(indicators[Int(row)])] += column[Int(row)] * roots[Int(row)]
        }
    }

    /// The same in twice the precision.
    private static func addColumn(
        _ column: DesignBlock.PreciseColumn, rows: UnsafeBufferPointer<Int32>,
        indicators: UnsafeBufferPointer<Int32>, into sums: UnsafeMutableBufferPointer<Double>,
        errors: UnsafeMutableBufferPointer<Double>
    ) {
        for row in rows {
            let index = Int(indicators[Int(row)])
            let value = column.high[Int(row)]
            let old = sums[index]
            let next = old + value
            let rest = next - old
            sums[index] = next
            errors[index] += (old - (next - rest)) + (value - rest) + column.low[Int(row)]
        }
    }
}
