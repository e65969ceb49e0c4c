/// A set of rows, a bit each: word `w` holds rows 64 w to 64 w + 63, the first in the lowest bit.
struct RowMask: @unchecked Sendable {
    // Sendable: written by one region of the pool, read by later ones.
    /// (wordCount); bits beyond the last row are 0.
    let words: UnsafeMutablePointer<UInt64>
    private let buffer: PooledBuffer

    /// Contents are undefined.
    init(rowCount: Int, buffers: BufferPool) {
        let wordCount = Self.wordCount(rowCount)
        buffer = buffers.take(byteCount: wordCount * 8)
        words = buffer.address.bindMemory(to: UInt64.self, capacity: wordCount)
    }

    /// The same rows in memory of their own.
    func copied(rowCount: Int, buffers: BufferPool) -> RowMask {
        let copy = RowMask(rowCount: rowCount, buffers: buffers)
        copy.words.update(from: words, count: Self.wordCount(rowCount))
        return copy
    }

    static let wordRowCount = 64

    static func wordCount(_ rowCount: Int) -> Int {
        (rowCount + wordRowCount - 1) / wordRowCount
    }
}
