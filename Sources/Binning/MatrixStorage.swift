/// Where a `BinnedMatrix` keeps its codes, and how often.
package struct MatrixStorage: Hashable, Sendable {
    /// Whether the codes lie column by column, too: dividing rows then reads a byte of each and
    /// not a word, for as many bytes of memory again.
    package var hasColumns: Bool
    /// The folder of a scratch file that holds the codes in place of memory; nil for memory.
    package var folder: String?

    package init(hasColumns: Bool = true, folder: String? = nil) {
        self.hasColumns = hasColumns
        self.folder = folder
    }

    /// Bytes of a table's codes, as far as they lie in memory.
    package func byteCount(_ layout: BinLayout, rowCount: Int) -> Int {
        folder == nil ? totalByteCount(layout, rowCount: rowCount) : 0
    }

    /// Bytes of a table's codes, wherever they lie.
    package func totalByteCount(_ layout: BinLayout, rowCount: Int) -> Int {
        let columns = hasColumns ? layout.byteColumns.count : 0
        return rowCount * (layout.wordCount * 8 + layout.wideColumns.count * 2 + columns)
    }
}
