import Columns

/// The memory of one thread that scores with one model.
package final class ScoringScratch {
    /// Rows of `EnsembleScorer.blockRowCount` bytes: binned features, then decisions.
    let columns: ColumnBuffer<UInt8>
    /// Rows of leaf numbers.
    let stack: ColumnBuffer<UInt8>
    /// (outputCount × `EnsembleScorer.blockRowCount`)
    let sums: ColumnBuffer<Double>

    /// (`EnsembleScorer.blockRowCount`) leaves of a tree that is walked.
    let leaves: ColumnBuffer<Int32>

    init(columnRowCount: Int, stackRowCount: Int, outputCount: Int) {
        let rowBytes = EnsembleScorer.blockRowCount
        columns = ColumnBuffer(repeating: 0, count: columnRowCount * rowBytes)
        stack = ColumnBuffer(repeating: 0, count: stackRowCount * rowBytes)
        sums = ColumnBuffer(repeating: 0, count: outputCount * rowBytes)
        leaves = ColumnBuffer(repeating: 0, count: rowBytes)
    }
}
