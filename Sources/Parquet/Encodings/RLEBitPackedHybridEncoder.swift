/// Writes the RLE / bit-packed hybrid: dictionary codes, and levels of width 1 from a bitmap.
///
/// Source: parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
enum RLEBitPackedHybridEncoder {
    /// Bits that a run must save before it is worth breaking a bit-packed run in two: the headers
    /// of a run and of the second half, and the run's value, are about 5 bytes.
    private static let runBitCountMin = 64

    /// Appends `values`, without length or bit width before them.
    /// - Parameters:
    ///   - values: each in `[0, 1 << bitWidth)`.
    ///   - bitWidth: in `1...32`.
    /// - Complexity: O(`values.count`).
    static func encode(
        _ values: UnsafeBufferPointer<UInt32>, bitWidth: Int, into output: ScratchBytes
    ) {
        precondition((1...32).contains(bitWidth))
        guard let base = values.baseAddress else { return }
        let runCountMin = max(8, (runBitCountMin + bitWidth - 1) / bitWidth)
        var packedStart = 0
        var index = 0
        while index + 8 <= values.count {
            guard isConstantGroup(base + index) else {
                index &+= 8
                continue
            }
            let end = endOfRun(values, from: index)
            if end - index >= runCountMin {
                pack(values, packedStart..<index, bitWidth: bitWidth, into: output)
                appendRun(
                    of: base[index], count: end - index, bitWidth: bitWidth, into: output)
                index = end
                packedStart = end
            } else {
                index += 8
            }
        }
        pack(values, packedStart..<values.count, bitWidth: bitWidth, into: output)
    }

    /// Whether the 8 values from `values` on are equal.
    @inline(__always)
    private static func isConstantGroup(_ values: UnsafePointer<UInt32>) -> Bool {
        let first = values[0]
        guard first == values[7] else { return false }
        var difference = first ^ values[1]
        for index in 2..<7 { difference |= first ^ values[index] }
        return difference == 0
    }

    private static func endOfRun(_ values: UnsafeBufferPointer<UInt32>, from start: Int) -> Int {
        let value = values[start]
        var end = start &+ 8
        while end < values.count && values[end] == value { end &+= 1 }
        return end
    }

    private static func appendRun(
        of value: UInt32, count: Int, bitWidth: Int, into output: ScratchBytes
    ) {
        output.append(varint: UInt64(count) << 1)
        for byteIndex in 0..<((bitWidth + 7) / 8) {
            output.append(byte: UInt8(truncatingIfNeeded: value >> UInt32(8 * byteIndex)))
        }
    }

    /// Appends one bit-packed run. Only the last run may have a count that is no multiple of 8;
    /// it is filled up with zeros, which readers skip, as they know the number of values.
    private static func pack(
        _ values: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, bitWidth: Int,
        into output: ScratchBytes
    ) {
        guard !range.isEmpty, let base = values.baseAddress else { return }
        let groupCount = (range.count + 7) / 8
        let fullGroupCount = range.count / 8
        output.append(varint: UInt64(groupCount) << 1 | 1)
        BitPacking.pack(
            base + range.lowerBound, groupCount: fullGroupCount, bitWidth: bitWidth,
            into: output.reserve(fullGroupCount * bitWidth))
        output.advance(by: fullGroupCount * bitWidth)
        if fullGroupCount < groupCount {
            var last = SIMD8<UInt32>()
            let lastStart = range.lowerBound + fullGroupCount * 8
            for index in lastStart..<range.upperBound { last[index - lastStart] = values[index] }
            withUnsafeBytes(of: &last) { last in
                guard let last = last.assumingMemoryBound(to: UInt32.self).baseAddress else {
                    return
                }
                BitPacking.pack(
                    last, groupCount: 1, bitWidth: bitWidth, into: output.reserve(bitWidth))
            }
            output.advance(by: bitWidth)
        }
    }

    // MARK: Levels

    /// Appends the definition levels of a flat optional column: 1 for a value, 0 for a null.
    ///
    /// Bit-packed groups of width 1 are the bitmap itself; words that are all ones or all zeros
    /// become runs.
    static func encodeLevels(_ bitmap: BitmapSlice, into output: ScratchBytes) {
        guard bitmap.count > 0 else { return }
        let validCount = bitmap.countOnes()
        if validCount == bitmap.count || validCount == 0 {
            appendRun(
                of: validCount == 0 ? 0 : 1, count: bitmap.count, bitWidth: 1, into: output)
            return
        }
        let fullWordCount = bitmap.count / 64
        var packedStart = 0
        var index = 0
        while index < fullWordCount {
            let word = bitmap.word(index)
            guard word == 0 || word == ~0 else {
                index += 1
                continue
            }
            var end = index + 1
            while end < fullWordCount && bitmap.word(end) == word { end += 1 }
            packLevels(bitmap, packedStart..<index, into: output)
            appendRun(
                of: UInt32(truncatingIfNeeded: word & 1), count: (end - index) * 64, bitWidth: 1,
                into: output)
            index = end
            packedStart = end
        }
        packLevels(bitmap, packedStart..<((bitmap.count + 63) / 64), into: output)
    }

    /// Appends the levels of `count` rows of which none is null.
    static func encodeLevels(allValidCount count: Int, into output: ScratchBytes) {
        guard count > 0 else { return }
        appendRun(of: 1, count: count, bitWidth: 1, into: output)
    }

    /// Appends whole words of the bitmap, of the last one only the bytes in use.
    private static func packLevels(
        _ bitmap: BitmapSlice, _ words: Range<Int>, into output: ScratchBytes
    ) {
        guard !words.isEmpty else { return }
        let bitCount = min(words.upperBound * 64, bitmap.count) - words.lowerBound * 64
        let byteCount = (bitCount + 7) / 8
        output.append(varint: UInt64(byteCount) << 1 | 1)
        let place = output.reserve(byteCount)
        for (position, index) in words.enumerated() {
            place.storeBytes(
                of: bitmap.word(index).littleEndian, toByteOffset: position * 8, as: UInt64.self)
        }
        output.advance(by: byteCount)
    }
}
