import CKernels

/// Unpacks unsigned integers of a fixed number of bits, lowest bit first.
/// Source: Encodings.md, "RLE / Bit-Packing Hybrid".
package enum BitUnpacking {
    /// Bytes that are read behind the last group.
    package static let slackByteCount = 32

    /// - Parameters:
    ///   - source: groups of 8 values, `bitWidth` bytes each, then `slackByteCount` readable bytes.
    ///   - bitWidth: in `0...32`.
    ///   - values: (8 * groupCount), written.
    /// - Complexity: O(groupCount). Twin: `unpackNaive`.
    package static func unpack(
        _ source: UnsafeRawPointer, bitWidth: Int, groupCount: Int,
        into values: UnsafeMutablePointer<UInt32>
    ) {
        precondition(bitWidth >= 0 && bitWidth <= 32 && groupCount >= 0)
        let bytes = source.assumingMemoryBound(to: UInt8.self)
        if martlet_unpack_bits(bytes, Int32(bitWidth), groupCount, values) == 1 { return }
        switch bitWidth {
        case 0: values.update(repeating: 0, count: groupCount &* 8)
        case 1: UnpackGroups<1>.run(source, groupCount, into: values)
        case 2: UnpackGroups<2>.run(source, groupCount, into: values)
        case 3: UnpackGroups<3>.run(source, groupCount, into: values)
        case 4: UnpackGroups<4>.run(source, groupCount, into: values)
        case 5: UnpackGroups<5>.run(source, groupCount, into: values)
        case 6: UnpackGroups<6>.run(source, groupCount, into: values)
        case 7: UnpackGroups<7>.run(source, groupCount, into: values)
        case 8: UnpackGroups<8>.run(source, groupCount, into: values)
        case 9: UnpackGroups<9>.run(source, groupCount, into: values)
        case 10: UnpackGroups<10>.run(source, groupCount, into: values)
        case 11: UnpackGroups<11>.run(source, groupCount, into: values)
        case 12: UnpackGroups<12>.run(source, groupCount, into: values)
        case 13: UnpackGroups<13>.run(source, groupCount, into: values)
        case 14: UnpackGroups<14>.run(source, groupCount, into: values)
        case 15: UnpackGroups<15>.run(source, groupCount, into: values)
        case 16: UnpackGroups<16>.run(source, groupCount, into: values)
        case 17: UnpackGroups<17>.run(source, groupCount, into: values)
        case 18: UnpackGroups<18>.run(source, groupCount, into: values)
        case 19: UnpackGroups<19>.run(source, groupCount, into: values)
        case 20: UnpackGroups<20>.run(source, groupCount, into: values)
        default: unpackWide(source, bitWidth: bitWidth, groupCount: groupCount, into: values)
        }
    }

    /// Widths that dictionaries hardly reach.
    private static func unpackWide(
        _ source: UnsafeRawPointer, bitWidth: Int, groupCount: Int,
        into values: UnsafeMutablePointer<UInt32>
    ) {
        let mask = (UInt64(1) &<< UInt64(bitWidth)) &- 1
        var bit = 0
        for i in 0..<(groupCount &* 8) {
            let word = source.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
            values[i] = UInt32(truncatingIfNeeded: (word &>> UInt64(bit & 7)) & mask)
            bit &+= bitWidth
        }
    }
}

/// The width as a generic parameter, so that all shifts and masks are constants.
private enum UnpackGroups<let width: Int> {
    @inline(never)
    static func run(
        _ source: UnsafeRawPointer, _ groupCount: Int, into values: UnsafeMutablePointer<UInt32>
    ) {
        var group = source
        var out = values
        for _ in 0..<groupCount {
            out[0] = value(0, group)
            out[1] = value(1, group)
            out[2] = value(2, group)
            out[3] = value(3, group)
            out[4] = value(4, group)
            out[5] = value(5, group)
            out[6] = value(6, group)
            out[7] = value(7, group)
            group += width
            out += 8
        }
    }

    /// Widths up to 25 fit into one unaligned load of 32 bits.
    @inline(__always)
    private static func value(_ index: Int, _ group: UnsafeRawPointer) -> UInt32 {
        let word = group.loadUnaligned(fromByteOffset: (index &* width) &>> 3, as: UInt32.self)
        return (word &>> UInt32((index &* width) & 7)) & ((1 &<< UInt32(width)) &- 1)
    }
}
