/// PLAIN booleans: one bit a value, lowest first.
package enum BooleanBits {
    /// - Parameters:
    ///   - bits: (count + 7) / 8 bytes.
    ///   - values: (count), written as 0 or 1, with room for 7 more.
    /// - Complexity: O(count / 8). Twin: `expandNaive`.
    package static func expand(
        _ bits: UnsafeRawPointer, count: Int, into values: UnsafeMutableRawPointer
    ) {
        for group in 0..<((count &+ 7) &>> 3) {
            let byte = UInt64(bits.load(fromByteOffset: group, as: UInt8.self))
            // Bit i into byte i, then any non-zero byte to 1.
            let spread = (byte &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
            let ones = ((spread &+ 0x7F7F_7F7F_7F7F_7F7F) &>> 7) & 0x0101_0101_0101_0101
            values.storeBytes(
                of: ones.littleEndian, toByteOffset: group &* 8, as: UInt64.self)
        }
    }
}
