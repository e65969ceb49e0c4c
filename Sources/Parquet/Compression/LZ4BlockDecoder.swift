/// Decompresses LZ4 blocks, raw or in the frames of Hadoop's codec. Every length is checked.
/// Source: lz4_Block_format.md of LZ4; Compression.md of Parquet.
package enum LZ4BlockDecoder {
    /// Matches are at least this long.
    private static let matchByteCountMin = 4

    /// - Returns: whether the block was well formed and became exactly `byteCount` bytes.
    package static func decode(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        decode(source, into: target, byteCountMax: byteCount) == byteCount
    }

    /// - Returns: the bytes that the block became; nil if it was not well formed, or would become
    ///   more than `byteCountMax`.
    private static func decode(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCountMax: Int
    ) -> Int? {
        var read = 0
        var written = 0
        while read < source.byteCount {
            let token = Int(source.start.load(fromByteOffset: read, as: UInt8.self))
            read += 1
            guard let literalCount = length(token >> 4, source, &read),
                literalCount <= source.byteCount - read, literalCount <= byteCountMax - written
            else { return nil }
            (target + written).copyMemory(from: source.start + read, byteCount: literalCount)
            read += literalCount
            written += literalCount
            // The last sequence has literals only.
            if read == source.byteCount { break }
            guard source.byteCount - read >= 2 else { return nil }
            let distance = Int(
                UInt16(
                    littleEndian: source.start.loadUnaligned(
                        fromByteOffset: read, as: UInt16.self)))
            read += 2
            guard let matchCount = length(token & 15, source, &read),
                distance > 0, distance <= written,
                matchCount + matchByteCountMin <= byteCountMax - written
            else { return nil }
            copyMatch(
                at: target + written, distance: distance,
                byteCount: matchCount + matchByteCountMin)
            written += matchCount + matchByteCountMin
        }
        return written
    }

    /// Frames of Hadoop's BlockCompressorStream: the uncompressed size of the frame, then blocks
    /// with their compressed size until it is reached; sizes are 4 bytes, big-endian.
    package static func decodeHadoopFrames(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        var read = 0
        var written = 0
        while read < source.byteCount {
            guard let frameByteCount = size(source, &read), frameByteCount <= byteCount - written
            else { return false }
            let frameEnd = written + frameByteCount
            // A page larger than the writer's buffer is one frame of several blocks.
            while written < frameEnd {
                guard let blockByteCount = size(source, &read),
                    blockByteCount <= source.byteCount - read,
                    let decodedByteCount = decode(
                        source.dropping(read).prefix(blockByteCount), into: target + written,
                        byteCountMax: frameEnd - written),
                    decodedByteCount > 0
                else { return false }
                read += blockByteCount
                written += decodedByteCount
            }
        }
        return written == byteCount
    }

    /// 15 in the token means that bytes follow, which are added up to the first below 255.
    @inline(__always)
    private static func length(_ nibble: Int, _ source: PaddedBytes, _ read: inout Int) -> Int? {
        var length = nibble
        if nibble < 15 { return length }
        while read < source.byteCount {
            let byte = Int(source.start.load(fromByteOffset: read, as: UInt8.self))
            read += 1
            length += byte
            if byte < 255 { return length }
        }
        return nil
    }

    /// Source and target may overlap: a match longer than its distance repeats itself.
    @inline(__always)
    private static func copyMatch(
        at target: UnsafeMutableRawPointer, distance: Int, byteCount: Int
    ) {
        let from = target - distance
        if distance >= byteCount {
            target.copyMemory(from: from, byteCount: byteCount)
            return
        }
        for index in 0..<byteCount {
            let byte = from.load(fromByteOffset: index, as: UInt8.self)
            target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
    }

    /// nil where fewer than 4 bytes are left.
    private static func size(_ source: PaddedBytes, _ read: inout Int) -> Int? {
        guard source.byteCount - read >= 4 else { return nil }
        defer { read += 4 }
        return Int(
            UInt32(bigEndian: source.start.loadUnaligned(fromByteOffset: read, as: UInt32.self)))
    }
}
