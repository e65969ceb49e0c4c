/// A random order of rows that takes no memory: a Feistel network over the smallest power of two
/// that holds them all, walked until a row comes up.
///
/// It depends on the number of rows and the seed alone.
package struct RowPermutation: Sendable {
    package let rowCount: Int
    private let lowBitCount: UInt64
    private let lowMask: UInt64
    private let highMask: UInt64
    /// (roundCount)
    private let keys: [UInt64]

    private static let roundCount = 4

    package init(rowCount: Int, seed: UInt64) {
        precondition(rowCount >= 0)
        self.rowCount = rowCount
        let bitCount = UInt64(Int.bitWidth - max(rowCount - 1, 0).leadingZeroBitCount)
        lowBitCount = (bitCount + 1) / 2
        lowMask = (1 << lowBitCount) - 1
        highMask = (1 << (bitCount - lowBitCount)) - 1
        let hash = CounterHash(seed: seed, purpose: .statisticOrder, round: 0)
        keys = (0..<Self.roundCount).map { hash[$0] }
    }

    /// The row that stands at a position.
    package subscript(position: Int) -> Int {
        precondition(position >= 0 && position < rowCount)
        var value = UInt64(position)
        repeat { value = scramble(value) } while value >= UInt64(rowCount)
        return Int(value)
    }

    /// Writes the rows at the positions from `start` on.
    func rows(from start: Int, into rows: UnsafeMutableBufferPointer<UInt32>) {
        for index in rows.indices { rows[index] = UInt32(truncatingIfNeeded: self[start + index]) }
    }

    /// Each half is changed by what the other one is, so that it can be undone: a permutation of
    /// all numbers of so many bits.
    private func scramble(_ value: UInt64) -> UInt64 {
        var low = value & lowMask
        var high = value >> lowBitCount
        for round in stride(from: 0, to: Self.roundCount, by: 2) {
            high ^= Self.mix(low, keys[round]) & highMask
            low ^= Self.mix(high, keys[round + 1]) & lowMask
        }
        return high << lowBitCount | low
    }

    private static func mix(_ half: UInt64, _ key: UInt64) -> UInt64 {
        let product = ((half ^ key) | 1 << 63).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
