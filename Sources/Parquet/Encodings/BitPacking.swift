/// Packs integers of a few bits each, lowest bit first, as the RLE / bit-packed hybrid wants them.
///
/// Source: parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
enum BitPacking {
    /// Packs groups of 8 values into `bitWidth` bytes each.
    /// - Parameters:
    ///   - values: (8 * groupCount), each in `[0, 1 << bitWidth)`.
    ///   - bitWidth: in `1...32`.
    ///   - output: (groupCount * bitWidth) bytes, and 8 writable bytes behind them.
    /// - Complexity: O(`groupCount`). Twin: `packNaive` in the tests.
    static func pack(
        _ values: UnsafePointer<UInt32>, groupCount: Int, bitWidth: Int,
        into output: UnsafeMutableRawPointer
    ) {
        precondition(groupCount >= 0 && (1...32).contains(bitWidth))
        if bitWidth <= 8 {
            packNarrow(values, groupCount: groupCount, bitWidth: bitWidth, into: output)
        } else if bitWidth <= 16 {
            packMedium(values, groupCount: groupCount, bitWidth: bitWidth, into: output)
        } else {
            packWide(values, groupCount: groupCount, bitWidth: bitWidth, into: output)
        }
    }

    /// Widths to 8: a group fits in one word; the bytes stored too many are overwritten by the
    /// next group.
    private static func packNarrow(
        _ values: UnsafePointer<UInt32>, groupCount: Int, bitWidth: Int,
        into output: UnsafeMutableRawPointer
    ) {
        let width = UInt64(bitWidth)
        for group in 0..<groupCount {
            let low = quad(values + group &* 8, width)
            let high = quad(values + (group &* 8 &+ 4), width)
            output.storeBytes(
                of: low | (high &<< (4 &* width)), toByteOffset: group &* bitWidth, as: UInt64.self)
        }
    }

    /// Widths to 16: half a group fits in one word.
    private static func packMedium(
        _ values: UnsafePointer<UInt32>, groupCount: Int, bitWidth: Int,
        into output: UnsafeMutableRawPointer
    ) {
        let width = UInt64(bitWidth)
        for group in 0..<groupCount {
            let low = quad(values + group &* 8, width)
            let high = quad(values + (group &* 8 &+ 4), width)
            // At width 16 the first half fills the word, and a shift by 64 would wrap to none.
            let carried = bitWidth == 16 ? 0 : high &<< (4 &* width)
            output.storeBytes(
                of: low | carried, toByteOffset: group &* bitWidth, as: UInt64.self)
            let highByteOffset = group &* bitWidth &+ 8
            let rest = bitWidth == 16 ? high : high &>> (64 &- 4 &* width)
            output.storeBytes(of: rest, toByteOffset: highByteOffset, as: UInt64.self)
        }
    }

    /// The other widths, value by value through an accumulator.
    private static func packWide(
        _ values: UnsafePointer<UInt32>, groupCount: Int, bitWidth: Int,
        into output: UnsafeMutableRawPointer
    ) {
        var accumulator: UInt64 = 0
        var bitCount = 0
        var byteOffset = 0
        for index in 0..<(groupCount &* 8) {
            accumulator |= UInt64(values[index]) &<< UInt64(bitCount)
            bitCount &+= bitWidth
            if bitCount >= 32 {
                output.storeBytes(
                    of: UInt32(truncatingIfNeeded: accumulator), toByteOffset: byteOffset,
                    as: UInt32.self)
                byteOffset &+= 4
                accumulator &>>= 32
                bitCount &-= 32
            }
        }
        // A group ends on a byte, not on a word: up to three bytes are left.
        if bitCount > 0 {
            output.storeBytes(
                of: UInt32(truncatingIfNeeded: accumulator), toByteOffset: byteOffset,
                as: UInt32.self)
        }
    }

    /// Four values side by side, in the low `4 * width` bits.
    @inline(__always)
    private static func quad(_ values: UnsafePointer<UInt32>, _ width: UInt64) -> UInt64 {
        UInt64(values[0]) | UInt64(values[1]) &<< width
            | UInt64(values[2]) &<< (2 &* width) | UInt64(values[3]) &<< (3 &* width)
    }

    /// Packs bytes that are 0 or 1 into bits, 8 a byte; the last byte is filled up with zeros.
    /// - Parameters:
    ///   - values: (count), 0 or 1; only the lowest bit counts.
    ///   - output: ((count + 7) / 8) bytes.
    static func packBooleans(
        _ values: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<UInt8>
    ) {
        let byteCount = count &>> 3
        let bytes = UnsafeRawPointer(values)
        for index in 0..<byteCount {
            let word = bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
            // The factor moves bit 0 of byte k to bit 56 + k; no two of the products overlap.
            let gathered = (word & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080
            output[index] = UInt8(truncatingIfNeeded: gathered &>> 56)
        }
        if count & 7 != 0 {
            var last: UInt8 = 0
            for index in (byteCount &* 8)..<count {
                last |= (values[index] & 1) &<< UInt8(index & 7)
            }
            output[byteCount] = last
        }
    }
}
