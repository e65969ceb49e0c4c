import CKernels
import Columns
import Models

/// A column that came as codes of its distinct values (`ColumnValues.coded`): what is asked of a
/// value is asked of each distinct one, once for the batch.
struct CodedColumn: Sendable {
    let codes: ColumnBuffer<UInt16>
    /// What each code is encoded as; 0 is that of nulls.
    private let values: ColumnBuffer<Double>
    private let nullCount: Int
    /// (scorers × their `FeatureBins`) nil for those of other features.
    let tables: [[BinTable?]]

    /// nil for a column that holds no codes.
    init?(_ column: EncodedColumn, feature: Int, scorers: [ModelScorer]) {
        guard let (codes, values) = column.coded else { return nil }
        self.codes = codes
        self.values = values
        nullCount = column.nullCount
        tables = scorers.map { $0.tables(of: values.elements, feature: feature) }
    }

    /// Counts the rows as `martlet_tally_values` does.
    /// - Complexity: O(entries) and a look at some rows, or O(rows) where a value is unusual.
    func tally(low: Double, high: Double) -> martlet_value_tally {
        let values = values.elements
        let listed = 1..<values.count
        let isUsual = listed.allSatisfy { values[$0] >= low && values[$0] <= high }
        if isUsual, let least = listed.min(by: { values[$0] < values[$1] }),
            let most = listed.max(by: { values[$0] < values[$1] }),
            occurs(least), occurs(most)
        {
            return martlet_value_tally(
                missing_count: Int64(nullCount), below_count: 0, above_count: 0,
                minimum: values[least], maximum: values[most])
        }
        return countedTally(low: low, high: high)
    }

    private func occurs(_ code: Int) -> Bool {
        codes.elements.contains(UInt16(truncatingIfNeeded: code))
    }

    private func countedTally(low: Double, high: Double) -> martlet_value_tally {
        let counts = ColumnBuffer<Int>(repeating: 0, count: values.count)
        let (rowCounts, codes) = (counts.mutableElements, codes.elements)
        for row in 0..<codes.count { rowCounts[Int(codes[row])] += 1 }
        var tally = martlet_value_tally(
            missing_count: 0, below_count: 0, above_count: 0, minimum: .infinity,
            maximum: -.infinity)
        for (value, count) in zip(values.elements, counts.elements) where count > 0 {
            if value.isNaN { tally.missing_count += Int64(count) }
            if value < low { tally.below_count += Int64(count) }
            if value > high { tally.above_count += Int64(count) }
            if value < tally.minimum { tally.minimum = value }
            if value > tally.maximum { tally.maximum = value }
        }
        return tally
    }
}
