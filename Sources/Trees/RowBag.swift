/// The rows that trees see while bagging, and those that they do not.
struct RowBag: Sendable {
    let insideCount: Int
    let outsideCount: Int
    let inside: RowMask
    let outside: RowMask

    /// Draws each row with probability `fraction`.
    init(rowCount: Int, fraction: Double, hash: CounterHash, buffers: BufferPool) {
        // 2^32 is out of reach of `Double`'s rounding, so the limit is exact.
        let limit = UInt64((fraction * 0x1p32).rounded())
        self.init(rowCount: rowCount, buffers: buffers) { hash[$0] >> 32 < limit }
    }

    init(rowCount: Int, buffers: BufferPool, contains: (_ row: Int) -> Bool) {
        inside = RowMask(rowCount: rowCount, buffers: buffers)
        outside = RowMask(rowCount: rowCount, buffers: buffers)
        var insideCount = 0
        for word in 0..<RowMask.wordCount(rowCount) {
            let start = word * RowMask.wordRowCount
            let count = min(RowMask.wordRowCount, rowCount - start)
            var bits: UInt64 = 0
            for bit in 0..<count where contains(start + bit) { bits |= 1 << UInt64(bit) }
            let all = UInt64.max >> UInt64(RowMask.wordRowCount - count)
            inside.words[word] = bits
            outside.words[word] = all & ~bits
            insideCount += bits.nonzeroBitCount
        }
        self.insideCount = insideCount
        outsideCount = rowCount - insideCount
    }
}
