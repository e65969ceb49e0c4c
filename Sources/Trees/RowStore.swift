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
    /// Laid out like `BinnedMatrix.byteCodes`; the table alone has these.
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
        // Padding lets kernels read a little past the end.
        let wordBytes = Self.rounded(layout.wordCount * rowCount * 8 + 64)
        let wideBytes = Self.rounded(layout.wideColumns.count * rowCount * 2 + 64)
        let gradientBytes = Self.rounded(rowCount * 8 + 64)
        let rowBytes = Self.rounded(rowCount * 4 + 64)
        let buffer = pool.take(byteCount: wordBytes + wideBytes + gradientBytes + rowBytes)
        var address = buffer.address
        words = address.bindMemory(to: UInt64.self, capacity: wordBytes / 8)
        address += wordBytes
        wideCodes = address.bindMemory(to: UInt16.self, capacity: wideBytes / 2)
        address += wideBytes
        gradients = address.bindMemory(to: Int64.self, capacity: gradientBytes / 8)
        address += gradientBytes
        tableRows = address.bindMemory(to: UInt32.self, capacity: rowBytes / 4)
        byteCodes = nil
        self.buffer = buffer
    }

    private static func rounded(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }
}
