/// The BYTE_ARRAY values of a page, found but not copied, whatever their encoding.
struct ByteSpans {
    /// What the offsets count from; followed by slack.
    let bytes: UnsafeRawPointer
    /// (count), in scratch memory.
    let spans: UnsafePointer<ByteSpan>
    let count: Int
}

extension ByteSpans {
    /// PLAIN: each value after its length in 4 bytes.
    /// - Throws: `outOfSpec` if there are fewer than `count` values.
    static func plain(
        _ bytes: PaddedBytes, count: Int, scratch: ScratchBuffer
    ) throws(ParquetError) -> ByteSpans {
        guard count <= bytes.byteCount / 4 else { throw tooShort(bytes.byteCount, count) }
        let spans = room(for: count, in: scratch)
        var position = 0
        for index in 0..<count {
            guard bytes.byteCount &- position >= 4 else {
                throw tooShort(bytes.byteCount, count)
            }
            let byteCount = UInt32(
                littleEndian: bytes.start.loadUnaligned(
                    fromByteOffset: position, as: UInt32.self))
            position &+= 4
            guard Int(byteCount) <= bytes.byteCount &- position else {
                throw ParquetError(
                    .outOfSpec,
                    "a value of \(byteCount) bytes, \(bytes.byteCount - position) left in the page."
                )
            }
            spans[index] = ByteSpan(
                offset: UInt32(truncatingIfNeeded: position), byteCount: byteCount)
            position &+= Int(byteCount)
        }
        return ByteSpans(bytes: bytes.start, spans: UnsafePointer(spans), count: count)
    }

    /// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.
    /// - Throws: `outOfSpec`; `limitExceeded` if prefixes repeat too much.
    static func delta(
        _ page: PageValues, scratch: DecodeScratch
    ) throws(ParquetError) -> ByteSpans {
        page.encoding == .deltaByteArray
            ? try deltaByteArray(page.bytes, count: page.validCount, scratch: scratch)
            : try deltaLengthByteArray(page.bytes, count: page.validCount, scratch: scratch)
    }

    /// All lengths, then all bytes. Source: Encodings.md, DELTA_LENGTH_BYTE_ARRAY.
    private static func deltaLengthByteArray(
        _ bytes: PaddedBytes, count: Int, scratch: DecodeScratch
    ) throws(ParquetError) -> ByteSpans {
        let (lengths, lengthsByteCount) = try deltaLengths(
            bytes, count: count, scratch: scratch.indices)
        let values = bytes.dropping(lengthsByteCount)
        let spans = room(for: count, in: scratch.encoded)
        var position = 0
        for index in 0..<count {
            let byteCount = Int(Int32(bitPattern: lengths[index]))
            guard byteCount >= 0, byteCount <= values.byteCount &- position else {
                throw ParquetError(
                    .outOfSpec,
                    "a value of \(byteCount) bytes, \(values.byteCount - position) left in the page."
                )
            }
            spans[index] = ByteSpan(
                offset: UInt32(truncatingIfNeeded: position),
                byteCount: UInt32(truncatingIfNeeded: byteCount))
            position &+= byteCount
        }
        return ByteSpans(bytes: values.start, spans: UnsafePointer(spans), count: count)
    }

    /// How much of the value before is repeated, then what follows it.
    /// Source: Encodings.md, DELTA_BYTE_ARRAY.
    private static func deltaByteArray(
        _ bytes: PaddedBytes, count: Int, scratch: DecodeScratch
    ) throws(ParquetError) -> ByteSpans {
        let (prefixes, prefixesByteCount) = try deltaLengths(
            bytes, count: count, scratch: scratch.prefixes)
        let rest = bytes.dropping(prefixesByteCount)
        let (suffixes, suffixesByteCount) = try deltaLengths(
            rest, count: count, scratch: scratch.indices)
        let suffixBytes = rest.dropping(suffixesByteCount)
        let spans = room(for: count, in: scratch.encoded)
        let expanded = scratch.values
        var read = 0
        var written = 0
        var previousByteCount = 0
        for index in 0..<count {
            let prefix = Int(Int32(bitPattern: prefixes[index]))
            let suffix = Int(Int32(bitPattern: suffixes[index]))
            guard prefix >= 0, prefix <= previousByteCount, suffix >= 0,
                suffix <= suffixBytes.byteCount &- read
            else {
                throw ParquetError(
                    .outOfSpec,
                    "a value of \(prefix) repeated and \(suffix) new bytes after one of "
                        + "\(previousByteCount), \(suffixBytes.byteCount - read) left in the page.")
            }
            let byteCount = prefix &+ suffix
            if written &+ byteCount > expanded.byteCapacity {
                try scratch.checkSize(written + byteCount, chunkByteCount: bytes.byteCount)
                guard written + byteCount <= Int(UInt32.max) else {
                    throw ParquetError(.limitExceeded, "a page that becomes more than 4 GiB.")
                }
                expanded.grow(to: written + byteCount, keeping: written)
            }
            let target = expanded.start + written
            target.copyMemory(from: target - previousByteCount, byteCount: prefix)
            (target + prefix).copyMemory(from: suffixBytes.start + read, byteCount: suffix)
            spans[index] = ByteSpan(
                offset: UInt32(truncatingIfNeeded: written),
                byteCount: UInt32(truncatingIfNeeded: byteCount))
            read &+= suffix
            written &+= byteCount
            previousByteCount = byteCount
        }
        return ByteSpans(
            bytes: UnsafeRawPointer(expanded.start), spans: UnsafePointer(spans), count: count)
    }

    private static func deltaLengths(
        _ bytes: PaddedBytes, count: Int, scratch: ScratchBuffer
    ) throws(ParquetError) -> (lengths: UnsafePointer<UInt32>, byteCount: Int) {
        let lengths = scratch.reserve(count * 4)
        guard
            let byteCount = DeltaBinaryPackedDecoder.decode(
                bytes, as: UInt32.self, count: count, into: lengths)
        else { throw tooShort(bytes.byteCount, count) }
        return (
            UnsafePointer(lengths.bindMemory(to: UInt32.self, capacity: count)), byteCount
        )
    }

    private static func room(
        for count: Int, in scratch: ScratchBuffer
    ) -> UnsafeMutablePointer<ByteSpan> {
        scratch.reserve(count * MemoryLayout<ByteSpan>.stride)
            .bindMemory(to: ByteSpan.self, capacity: count)
    }

    private static func tooShort(_ byteCount: Int, _ count: Int) -> ParquetError {
        ParquetError(
            .outOfSpec,
            "\(byteCount) bytes do not give the \(count) BYTE_ARRAY values that the page claims.")
    }
}
