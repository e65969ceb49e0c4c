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
        var bits = BitAppender(words, bitOffset: bitOffset)
        var left = count
        while left > 0 {
            guard bits.appendShortRuns(&reader, left: &left) else { return nil }
            if left == 0 { break }
            guard let run = reader.next() else { return nil }
            if run.isPacked {
                let groupCount = min(run.count, (left &+ 7) &>> 3)
                guard groupCount <= reader.bytesLeft else { return nil }
                let valueCount = min(left, groupCount &* 8)
                bits.append(from: reader.cursor, count: valueCount)
                reader.skipPacked(run.count, bitWidth: 1)
                left &-= valueCount
            } else {
                guard run.value <= 1 else { return nil }
                let valueCount = min(run.count, left)
                bits.append(repeating: run.value == 1, count: valueCount)
                left &-= valueCount
            }
        }
        return bits.finish()
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
}

/// Writes bits behind each other into a bitmap, through a word that it keeps.
private struct BitAppender {
    private let first: UnsafeMutablePointer<UInt64>
    /// Bits of `first` that were set before.
    private let setCountBefore: Int
    /// The word that is being filled.
    private var word: UnsafeMutablePointer<UInt64>
    private var bits: UInt64
    /// Bits of it that are taken, below 64.
    private var filledCount: Int

    /// - Precondition: the bits of `words` from `bitOffset` on are 0.
    init(_ words: UnsafeMutablePointer<UInt64>, bitOffset: Int) {
        first = words + (bitOffset &>> 6)
        word = first
        bits = first.pointee
        setCountBefore = bits.nonzeroBitCount
        filledCount = bitOffset & 63
    }

    /// Takes runs as long as they are short and complete.
    ///
    /// Where a page has nulls here and there, repeated and packed runs take turns, which processors
    /// predict; so the place of the next header does not wait for the one before.
    /// - Returns: false if a repeated value is above 1.
    @inline(__always)
    mutating func appendShortRuns(_ reader: inout RunReader, left: inout Int) -> Bool {
        var aboveOne: UInt64 = 0
        // A header of one byte, then at most 7 bytes.
        while reader.bytesLeft >= 8 {
            let header = UInt64(reader.cursor.load(as: UInt8.self))
            let length = Int(truncatingIfNeeded: header &>> 1)
            // Neither empty nor a header of several bytes.
            guard header &- 2 < 126 else { break }
            let next = reader.cursor.loadUnaligned(fromByteOffset: 1, as: UInt64.self)
            if header & 1 == 0 {
                guard length <= left else { break }
                append((0 &- (next & 1)) & ((1 &<< UInt64(length)) &- 1), count: length)
                aboveOne |= next & 0xFE
                reader.skip(2)
                left &-= length
            } else {
                let count = length &* 8
                guard length < 8, count <= left else { break }
                append(next & ((1 &<< UInt64(count)) &- 1), count: count)
                reader.skip(1 &+ length)
                left &-= count
            }
        }
        return aboveOne == 0
    }

    /// - Parameter source: with 8 readable bytes from any byte with a bit on.
    @inline(__always)
    mutating func append(from source: UnsafeRawPointer, count: Int) {
        var from = source
        var left = count
        while left > 0 {
            // Whole bytes that are fewer than 64 bits.
            let step = min(left, 56)
            append(from.loadUnaligned(as: UInt64.self) & ((1 &<< UInt64(step)) &- 1), count: step)
            from += 7
            left &-= step
        }
    }

    @inline(__always)
    mutating func append(repeating value: Bool, count: Int) {
        let pattern: UInt64 = value ? .max : 0
        if count < 64 {
            append(pattern & ((1 &<< UInt64(count)) &- 1), count: count)
            return
        }
        word.pointee = bits | pattern &<< UInt64(filledCount)
        word += 1
        var left = count &- (64 &- filledCount)
        while left >= 64 {
            word.pointee = pattern
            word += 1
            left &-= 64
        }
        bits = pattern & ((1 &<< UInt64(left)) &- 1)
        filledCount = left
    }

    /// - Returns: how many bits were set since the start.
    mutating func finish() -> Int {
        word.pointee = bits
        var setCount = 0 &- setCountBefore
        var counted = first
        while counted <= word {
            setCount &+= counted.pointee.nonzeroBitCount
            counted += 1
        }
        return setCount
    }

    /// - Parameter count: below 64; `new` has no bits beyond.
    @inline(__always)
    private mutating func append(_ new: UInt64, count: Int) {
        let shift = UInt64(filledCount)
        let sum = filledCount &+ count
        let merged = bits | new &<< shift
        word.pointee = merged
        // All ones if the word is full; what went over its edge in two shifts, because a shift by
        // 64 is none.
        let isFull = 0 &- UInt64(sum &>> 6)
        bits = (merged & ~isFull) | ((new &>> 1) &>> (63 &- shift) & isFull)
        word += sum &>> 6
        filledCount = sum & 63
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
        guard cursor < end else { return nil }
        var header = UInt64(cursor.load(as: UInt8.self))
        cursor += 1
        if header >= 0x80 {
            guard let whole = continued(header & 0x7F) else { return nil }
            header = whole
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

    /// The rest of a header that takes more than one byte.
    private mutating func continued(_ first: UInt64) -> UInt64? {
        var header = first
        var shift: UInt64 = 7
        while cursor < end, shift < 35 {
            let byte = cursor.load(as: UInt8.self)
            cursor += 1
            header |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return header }
            shift &+= 7
        }
        return nil
    }

    /// - Precondition: so many bytes are left.
    @inline(__always)
    mutating func skip(_ byteCount: Int) { cursor += byteCount }

    @inline(__always)
    mutating func skipPacked(_ groupCount: Int, bitWidth: Int) {
        cursor += min(groupCount &* bitWidth, bytesLeft)
    }
}
