/// Decodes runs of equal values mixed with bit-packed values: dictionary indices, levels, booleans.
///
/// Every function returns nil or false where the bytes break the specification: they are kernels,
/// the page decoder knows the place and throws.
/// Source: Encodings.md, "RLE / Bit-Packing Hybrid".
package enum RLEBitPackedHybridDecoder {
    /// - Parameters:
    ///   - bytes: the runs.
    ///   - bitWidth: in `0...32`.
    ///   - values: (count), with room for 8 more.
    /// - Returns: whether there were `count` values.
    /// - Complexity: O(count). Twin: `decodeNaive`.
    package static func decode(
        _ bytes: PaddedBytes, bitWidth: Int, count: Int,
        into values: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        precondition(bitWidth >= 0 && bitWidth <= 32)
        var reader = RunReader(bytes, valueByteCount: (bitWidth + 7) / 8)
        var done = 0
        while done < count {
            guard let run = reader.next() else { return false }
            let left = count &- done
            if run.isPacked {
                let groupCount = min(run.count, (left &+ 7) &>> 3)
                let valueCount = min(left, groupCount &* 8)
                // The padding of the last group may be missing.
                guard (valueCount &* bitWidth &+ 7) &>> 3 <= reader.bytesLeft else { return false }
                BitUnpacking.unpack(
                    reader.cursor, bitWidth: bitWidth, groupCount: groupCount,
                    into: values + done)
                reader.skipPacked(run.count, bitWidth: bitWidth)
                done &+= valueCount
            } else {
                let value = run.value
                let valueCount = min(run.count, left)
                (values + done).update(repeating: value, count: valueCount)
                done &+= valueCount
            }
        }
        return true
    }

    /// Values of one bit, into a bitmap.
    /// - Parameters:
    ///   - bytes: the runs.
    ///   - words: a bitmap whose bits from `bitOffset` on are 0, with a word more than it needs.
    /// - Returns: how many of the `count` bits are set; nil if there were fewer values, or one
    ///   above 1.
    /// - Complexity: O(count / 56 + runs). Twin: `decodeBitsNaive`.
    package static func decodeBits(
        _ bytes: PaddedBytes, count: Int, into words: UnsafeMutablePointer<UInt64>,
        bitOffset: Int
    ) -> Int? {
        var reader = RunReader(bytes, valueByteCount: 1)
        var done = 0
        var setCount = 0
        while done < count {
            guard let run = reader.next() else { return nil }
            let left = count &- done
            if run.isPacked {
                let groupCount = min(run.count, (left &+ 7) &>> 3)
                guard groupCount <= reader.bytesLeft else { return nil }
                let valueCount = min(left, groupCount &* 8)
                setCount &+= copyBits(
                    reader.cursor, count: valueCount, into: words, bitOffset: bitOffset &+ done)
                reader.skipPacked(run.count, bitWidth: 1)
                done &+= valueCount
            } else {
                guard run.value <= 1 else { return nil }
                let valueCount = min(run.count, left)
                if run.value == 1 {
                    setBits(count: valueCount, in: words, bitOffset: bitOffset &+ done)
                    setCount &+= valueCount
                }
                done &+= valueCount
            }
        }
        return setCount
    }

    /// Whether the first run alone says that all `count` values are 1, which is how most writers
    /// store the levels of a page without nulls.
    package static func isOneRunOfOnes(_ bytes: PaddedBytes, count: Int) -> Bool {
        var reader = RunReader(bytes, valueByteCount: 1)
        guard let run = reader.next() else { return false }
        return !run.isPacked && run.value == 1 && run.count >= count
    }

    /// Sets `count` bits of `words` from `bitOffset` on.
    package static func setBits(count: Int, in words: UnsafeMutablePointer<UInt64>, bitOffset: Int)
    {
        let inWord = bitOffset & 63
        var word = words + (bitOffset &>> 6)
        if inWord &+ count < 64 {
            word.pointee |= ((1 &<< UInt64(count)) &- 1) &<< UInt64(inWord)
            return
        }
        word.pointee |= .max &<< UInt64(inWord)
        var left = count &- (64 &- inWord)
        word += 1
        while left >= 64 {
            word.pointee = .max
            word += 1
            left &-= 64
        }
        if left > 0 { word.pointee |= (1 &<< UInt64(left)) &- 1 }
    }

    /// Copies `count` bits, 56 a step: with the shift of up to 7 they fill one unaligned load.
    @inline(__always)
    private static func copyBits(
        _ source: UnsafeRawPointer, count: Int, into words: UnsafeMutablePointer<UInt64>,
        bitOffset: Int
    ) -> Int {
        var from = source
        var bit = bitOffset
        var left = count
        var setCount = 0
        while left > 0 {
            let step = min(left, 56)
            let bits =
                from.loadUnaligned(as: UInt64.self) & ((1 &<< UInt64(step)) &- 1)
            let shift = UInt64(bit & 63)
            words[bit &>> 6] |= bits &<< shift
            // What went over the edge; in two shifts, because a shift by 64 is none.
            words[(bit &>> 6) &+ 1] |= (bits &>> 1) &>> (63 &- shift)
            setCount &+= bits.nonzeroBitCount
            from += 7
            bit &+= step
            left &-= step
        }
        return setCount
    }
}

/// One run after the other.
private struct RunReader {
    struct Run {
        let isPacked: Bool
        /// Groups of 8 values if packed, otherwise values.
        let count: Int
        /// 0 if packed.
        let value: UInt32
    }

    private(set) var cursor: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private let valueByteCount: Int

    init(_ bytes: PaddedBytes, valueByteCount: Int) {
        cursor = bytes.start
        end = cursor + bytes.byteCount
        self.valueByteCount = valueByteCount
    }

    var bytesLeft: Int { end - cursor }

    /// nil at the end of the bytes, and for a run that is empty or larger than the format allows.
    @inline(__always)
    mutating func next() -> Run? {
        var header: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard cursor < end, shift < 35 else { return nil }
            let byte = cursor.load(as: UInt8.self)
            cursor += 1
            header |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { break }
            shift &+= 7
        }
        let count = Int(header &>> 1)
        guard count > 0 else { return nil }
        if header & 1 == 1 { return Run(isPacked: true, count: count, value: 0) }
        guard bytesLeft >= valueByteCount else { return nil }
        let mask = (UInt64(1) &<< UInt64(valueByteCount &* 8)) &- 1
        let value = UInt32(truncatingIfNeeded: cursor.loadUnaligned(as: UInt64.self) & mask)
        cursor += valueByteCount
        return Run(isPacked: false, count: count, value: value)
    }

    @inline(__always)
    mutating func skipPacked(_ groupCount: Int, bitWidth: Int) {
        cursor += min(groupCount &* bitWidth, bytesLeft)
    }
}
