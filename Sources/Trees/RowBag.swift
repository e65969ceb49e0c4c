/// The rows that trees see while bagging, and those that they do not; each ascending.
struct RowBag: @unchecked Sendable {
    // Sendable: written once, then only read.
    let insideCount: Int
    let outsideCount: Int
    /// (insideCount), then (outsideCount), with padding that may be read.
    let inside: UnsafeMutablePointer<UInt32>
    let outside: UnsafeMutablePointer<UInt32>
    let buffer: PooledBuffer

    private static let paddingCount = 64

    /// Draws each row with probability `fraction`.
    init(rowCount: Int, fraction: Double, hash: CounterHash, buffers: BufferPool) {
        // 2^32 is out of reach of `Double`'s rounding, so the limit is exact.
        let limit = UInt64((fraction * 0x1p32).rounded())
        self.init(rowCount: rowCount, buffers: buffers) { hash[$0] >> 32 < limit }
    }

    init(rowCount: Int, buffers: BufferPool, contains: (_ row: Int) -> Bool) {
        let capacity = rowCount + Self.paddingCount
        buffer = buffers.take(byteCount: 2 * capacity * 4)
        inside = buffer.address.bindMemory(to: UInt32.self, capacity: 2 * capacity)
        outside = inside + capacity
        inside.update(repeating: 0, count: 2 * capacity)
        var insideCount = 0
        var outsideCount = 0
        for row in 0..<rowCount {
            let isInside = contains(row)
            inside[insideCount] = UInt32(row)
            outside[outsideCount] = UInt32(row)
            insideCount &+= isInside ? 1 : 0
            outsideCount &+= isInside ? 0 : 1
        }
        (inside + insideCount).update(repeating: 0, count: capacity - insideCount)
        (outside + outsideCount).update(repeating: 0, count: capacity - outsideCount)
        self.insideCount = insideCount
        self.outsideCount = outsideCount
    }
}
