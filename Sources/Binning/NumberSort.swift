/// Sorts sampled numbers by the digits of their bits, from the lowest ("radix sort"): several times
/// faster than by comparisons, and samples have no order to make use of.
enum NumberSort {
    private static let digitBits = 11

    /// Ascending; a zero loses its sign. No value is NaN.
    static func sorted(_ values: UnsafeBufferPointer<Float>) -> [Double] {
        sorted(
            values.map { value in
                let bits = (value + 0).bitPattern
                return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
            }
        ).map { Double(Float(bitPattern: $0 >> 31 == 1 ? $0 & ~(1 << 31) : ~$0)) }
    }

    /// Ascending; a zero loses its sign. No value is NaN.
    static func sorted(_ values: UnsafeBufferPointer<Double>) -> [Double] {
        sorted(
            values.map { value in
                let bits = (value + 0).bitPattern
                return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
            }
        ).map { Double(bitPattern: $0 >> 63 == 1 ? $0 & ~(1 << 63) : ~$0) }
    }

    private static func sorted<Key: FixedWidthInteger & UnsignedInteger>(_ keys: [Key]) -> [Key] {
        var (from, to) = (keys, keys)
        var starts = [Int](repeating: 0, count: 1 << digitBits)
        let mask = Key(1 << digitBits - 1)
        for shift in stride(from: 0, to: Key.bitWidth, by: digitBits) {
            for digit in starts.indices { starts[digit] = 0 }
            for key in from { starts[Int(key >> Key(shift) & mask)] += 1 }
            // All keys may agree in this digit.
            if starts.contains(keys.count) { continue }
            var total = 0
            for digit in starts.indices {
                (starts[digit], total) = (total, total + starts[digit])
            }
            from.withUnsafeBufferPointer { from in
                to.withUnsafeMutableBufferPointer { to in
                    for key in from {
                        let digit = Int(key >> Key(shift) & mask)
                        to[starts[digit]] = key
                        starts[digit] += 1
                    }
                }
            }
            swap(&from, &to)
        }
        return from
    }
}
