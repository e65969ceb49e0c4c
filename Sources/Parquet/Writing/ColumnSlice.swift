import Columns

/// Some rows of a column of a batch. A row group is made of one or more of these.
struct ColumnSlice {
    let column: Column
    let rows: Range<Int>

    /// Which of the rows hold a value, or nil when all do. Valid while the column is alive.
    var validity: BitmapSlice? {
        guard let validity = column.validity, let words = validity.words.elements.baseAddress
        else { return nil }
        let bitmap = BitmapSlice(words: words, bitOffset: rows.lowerBound, count: rows.count)
        return bitmap.countOnes() == rows.count ? nil : bitmap
    }
}
