import Binning

/// Rows that lie together in memory: their bins, packed gradients, and which rows of the table
/// they are. The first store is the table itself; a small node gets one of its own.
final class RowStore: @unchecked Sendable {
    // Sendable: filled by its maker, then only read.
    let rowCount: Int
    /// Laid out like `BinnedMatrix.words`, for `rowCount` rows.
    let words: UnsafeMutablePointer<UInt64>
    /// Laid out like `BinnedMatrix.wideCodes`.
    let wideCodes: UnsafeMutablePointer<UInt16>
    /// Laid out like `BinnedMatrix.byteCodes`; the table alone may have these.
    let byteCodes: UnsafeMutablePointer<UInt8>?
    /// (rowCount)
    let gradients: UnsafeMutablePointer<Int64>
    /// (rowCount) the table's row of each, ascending; nil when they are the same.
    let tableRows: UnsafeMutablePointer<UInt32>?
    private let buffer: PooledBuffer?

    /// The whole table.
    init(matrix: BinnedMatrix, gradients: UnsafeMutablePointer<Int64>) {
        rowCount = matrix.rowCount
        words = matrix.words
        wideCodes = matrix.wideCodes
        byteCodes = matrix.byteCodes
        self.gradients = gradients
        tableRows = nil
        buffer = nil
    }

    /// Room for `rowCount` rows, contents undefined.
    init(rowCount: Int, layout: BinLayout, pool: BufferPool) {
        self.rowCount = rowCount
        let sizes = Sizes(rowCount: rowCount, layout: layout)
        let buffer = pool.take(byteCount: sizes.total)
        var address = buffer.address
        words = address.bindMemory(to: UInt64.self, capacity: sizes.words / 8)
        address += sizes.words
        wideCodes = address.bindMemory(to: UInt16.self, capacity: sizes.wideCodes / 2)
        address += sizes.wideCodes
        gradients = address.bindMemory(to: Int64.self, capacity: sizes.gradients / 8)
        address += sizes.gradients
        tableRows = address.bindMemory(to: UInt32.self, capacity: sizes.rows / 4)
        byteCodes = nil
        self.buffer = buffer
    }

    /// Bytes that a store of so many rows takes.
    static func byteCount(rowCount: Int, layout: BinLayout) -> Int {
        Sizes(rowCount: rowCount, layout: layout).total
    }

    /// Bytes of each part, with padding that lets kernels read a little past the end.
    private struct Sizes {
        let words: Int
        let wideCodes: Int
        let gradients: Int
        let rows: Int

        init(rowCount: Int, layout: BinLayout) {
            func rounded(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }
            words = rounded(layout.wordCount * rowCount * 8 + 64)
            wideCodes = rounded(layout.wideColumns.count * rowCount * 2 + 64)
            gradients = rounded(rowCount * 8 + 64)
            rows = rounded(rowCount * 4 + 64)
        }

        var total: Int { words + wideCodes + gradients + rows }
    }
}
