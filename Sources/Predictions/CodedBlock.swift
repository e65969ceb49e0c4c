import Columns

/// A block of rows as one scorer sees its columns of codes.
package struct CodedBlock {
    /// (features) nil for a column that holds no codes.
    let columns: [CodedColumn?]
    /// The scorer's place in `CodedColumn.tables`.
    let scorerIndex: Int
    let rows: Range<Int>

    /// The codes of the rows, and what one of the scorer's `FeatureBins` makes of them.
    func codes(
        feature: Int, bins index: Int
    ) -> (codes: UnsafeBufferPointer<UInt16>, table: BinTable)? {
        // Behind the features are columns of statistics.
        guard feature < columns.count, let column = columns[feature],
            let table = column.tables[scorerIndex][index]
        else { return nil }
        return (UnsafeBufferPointer(rebasing: column.codes.elements[rows]), table)
    }
}
