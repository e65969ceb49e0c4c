extension CRC32 {
    /// The checksum of two pieces one behind the other, from those of each.
    /// - Complexity: O(log `secondByteCount`). Source: Adler, zlib, `crc32_combine`.
    package static func combine(_ first: UInt32, _ second: UInt32, secondByteCount: Int) -> UInt32 {
        guard secondByteCount > 0 else { return first }
        // The operator for one zero bit, squared until it stands for one zero byte.
        var operation: [UInt32] = [0xedb8_8320] + (0..<31).map { 1 << UInt32($0) }
        for _ in 0..<3 { operation = squared(operation) }
        var crc = first
        var rest = secondByteCount
        while rest > 0 {
            if rest & 1 == 1 { crc = apply(operation, to: crc) }
            rest >>= 1
            if rest > 0 { operation = squared(operation) }
        }
        return crc ^ second
    }

    /// (32 × 32) over bits, times a vector of bits.
    private static func apply(_ matrix: [UInt32], to vector: UInt32) -> UInt32 {
        var (sum, rest, column) = (UInt32(0), vector, 0)
        while rest != 0 {
            if rest & 1 == 1 { sum ^= matrix[column] }
            rest >>= 1
            column += 1
        }
        return sum
    }

    private static func squared(_ matrix: [UInt32]) -> [UInt32] {
        matrix.map { apply(matrix, to: $0) }
    }
}
