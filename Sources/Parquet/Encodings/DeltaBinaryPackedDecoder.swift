/// Decodes integers stored as bit-packed differences to the value before.
///
/// Source: Encodings.md, DELTA_BINARY_PACKED.
package enum DeltaBinaryPackedDecoder {
    /// Differences are kept in 64 bits and cut to the width of `Value` only at the end: DuckDB
    /// writes 32-bit columns with differences that exceed 32 bits.
    /// - Parameters:
    ///   - count: how many values there have to be.
    ///   - values: room for (count) of `Value`; no alignment needed.
    /// - Returns: how many bytes the values took; nil if the bytes break the specification.
    /// - Complexity: O(count). Twin: `deltaBinaryPackedNaive`.
    package static func decode<Value: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: PaddedBytes, as type: Value.Type, count: Int,
        into values: UnsafeMutableRawPointer
    ) -> Int? {
        var reader = VarintReader(bytes)
        guard let blockValueCount = reader.count(), let miniblockCount = reader.count(),
            let totalCount = reader.count(), let first = reader.zigZag(),
            miniblockCount > 0, blockValueCount % miniblockCount == 0,
            (blockValueCount / miniblockCount) % 8 == 0, totalCount == count
        else { return nil }
        let miniblockValueCount = blockValueCount / miniblockCount
        guard miniblockValueCount > 0 else { return nil }
        if count == 0 { return reader.position }
        var value = UInt64(bitPattern: first)
        let stride = MemoryLayout<Value>.stride
        values.storeBytes(of: Value(truncatingIfNeeded: value), as: type)
        var done = 1
        while done < count {
            guard let minDelta = reader.zigZag(), miniblockCount <= reader.bytesLeft else {
                return nil
            }
            let widths = reader.cursor
            reader.skip(miniblockCount)
            var miniblock = 0
            while miniblock < miniblockCount, done < count {
                let bitWidth = Int(widths.load(fromByteOffset: miniblock, as: UInt8.self))
                let valueCount = min(miniblockValueCount, count &- done)
                // The padding of the last miniblock may be missing. Both factors have at most 32
                // bits, so nothing overflows.
                guard bitWidth <= 64, (valueCount * bitWidth + 7) / 8 <= reader.bytesLeft else {
                    return nil
                }
                addDeltas(
                    reader.cursor, bitWidth: bitWidth, count: valueCount,
                    minDelta: UInt64(bitPattern: minDelta), to: &value, as: type,
                    into: values + done &* stride)
                reader.skip(min(miniblockValueCount / 8 * bitWidth, reader.bytesLeft))
                done &+= valueCount
                miniblock &+= 1
            }
        }
        return reader.position
    }

    /// One miniblock: each value is the one before, plus `minDelta`, plus `bitWidth` bits.
    @inline(__always)
    private static func addDeltas<Value: FixedWidthInteger & BitwiseCopyable>(
        _ source: UnsafeRawPointer, bitWidth: Int, count: Int, minDelta: UInt64,
        to previous: inout UInt64, as type: Value.Type, into values: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        let mask = bitWidth == 64 ? UInt64.max : (1 &<< UInt64(bitWidth)) &- 1
        var value = previous
        var bit = 0
        for index in 0..<count {
            let from = source + bit &>> 3
            let shift = UInt64(bit & 7)
            var word = from.loadUnaligned(as: UInt64.self) &>> shift
            if bitWidth > 57 {
                // The rest of the value; in two shifts, because a shift by 64 is none.
                let last = UInt64(from.load(fromByteOffset: 8, as: UInt8.self))
                word |= (last &<< 1) &<< (63 &- shift)
            }
            value = value &+ minDelta &+ (word & mask)
            values.storeBytes(
                of: Value(truncatingIfNeeded: value), toByteOffset: index &* stride, as: type)
            bit &+= bitWidth
        }
        previous = value
    }
}

/// Variable-length integers, lowest 7 bits first.
private struct VarintReader {
    private let bytes: PaddedBytes
    private(set) var position = 0

    init(_ bytes: PaddedBytes) { self.bytes = bytes }

    var bytesLeft: Int { bytes.byteCount - position }
    var cursor: UnsafeRawPointer { bytes.start + position }

    /// - Precondition: so many bytes are left.
    mutating func skip(_ byteCount: Int) { position += byteCount }

    /// nil at the end of the bytes, or after 10 bytes.
    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.byteCount, shift < 70 {
            let byte = cursor.load(as: UInt8.self)
            position += 1
            value |= shift < 64 ? UInt64(byte & 0x7F) &<< shift : 0
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// nil also beyond 31 bits.
    mutating func count() -> Int? {
        guard let value = varint(), value <= UInt64(Int32.max) else { return nil }
        return Int(value)
    }

    mutating func zigZag() -> Int64? {
        varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
}
