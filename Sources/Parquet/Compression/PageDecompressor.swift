import CBrotli
import CDeflate
import CZstd

/// Decompresses pages with every codec but LZO, which is refused by name.
///
/// A class, because it owns the codecs' working memory and keeps it from page to page.
package final class PageDecompressor {
    private var zstdContext: OpaquePointer?
    private var deflateDecompressor: OpaquePointer?

    package init() {}

    deinit {
        ZSTD_freeDCtx(zstdContext)
        libdeflate_free_decompressor(deflateDecompressor)
    }

    /// Throws `unsupported` if pages of this codec cannot be decompressed.
    package static func check(_ codec: CompressionCodec) throws(ParquetError) {
        switch codec {
        case .uncompressed, .snappy, .gzip, .brotli, .zstd, .lz4, .lz4Raw: return
        case .lzo, .unknown:
            throw ParquetError(
                .unsupported,
                "compressed with \(codec.name), which this reader does not have. Rewrite the "
                    + "file with SNAPPY, ZSTD, GZIP or LZ4_RAW.")
        }
    }

    /// The most bytes that `compressedByteCount` bytes can become; a page that claims more lies.
    ///
    /// - Snappy: an element of 3 bytes copies 64.
    /// - DEFLATE: 258 bytes from 2 bits, which is 1032.
    /// - LZ4: a length byte stands for 255 bytes.
    /// - Brotli: no bound of its own; 16 MiB of one repeated byte take about 16.
    /// - ZSTD: no bound of its own; 128 KiB blocks of one repeated byte take 4 bytes each.
    package static func byteCountMax(_ codec: CompressionCodec, compressedByteCount: Int) -> Int {
        let ratio =
            switch codec {
            case .snappy: 22
            case .gzip: 1032
            case .lz4, .lz4Raw: 255
            case .zstd: 32_768
            case .brotli: 1 << 20
            case .uncompressed, .lzo, .unknown: 1
            }
        // Page sizes have 31 bits, so this cannot overflow.
        return compressedByteCount * ratio + 64
    }

    /// Writes exactly `byteCount` bytes to `target`.
    /// - Parameters:
    ///   - source: not empty.
    ///   - target: with `ScratchBuffer.slackByteCount` more bytes, which may be spoilt.
    /// - Throws: `outOfSpec` if the bytes are corrupt or become more or less than `byteCount`.
    package func decompress(
        _ source: PaddedBytes, _ codec: CompressionCodec, into target: UnsafeMutableRawPointer,
        byteCount: Int
    ) throws(ParquetError) {
        let isComplete: Bool
        switch codec {
        case .uncompressed:
            isComplete = source.byteCount == byteCount
            if isComplete { target.copyMemory(from: source.start, byteCount: byteCount) }
        case .snappy: isComplete = SnappyDecoder.decode(source, into: target, byteCount: byteCount)
        case .gzip: isComplete = gzip(source, into: target, byteCount: byteCount)
        case .brotli: isComplete = Self.brotli(source, into: target, byteCount: byteCount)
        case .zstd: isComplete = zstd(source, into: target, byteCount: byteCount)
        case .lz4Raw:
            isComplete = LZ4BlockDecoder.decode(source, into: target, byteCount: byteCount)
        case .lz4:
            isComplete =
                LZ4BlockDecoder.decodeHadoopFrames(source, into: target, byteCount: byteCount)
                || LZ4BlockDecoder.decode(source, into: target, byteCount: byteCount)
        case .lzo, .unknown:
            try Self.check(codec)
            isComplete = false
        }
        guard isComplete else {
            throw ParquetError(
                .outOfSpec,
                "\(source.byteCount) \(codec.name) bytes do not decompress to \(byteCount) bytes.")
        }
    }

    private static func brotli(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        var written = byteCount
        let result = BrotliDecoderDecompress(
            source.byteCount, source.start.assumingMemoryBound(to: UInt8.self), &written,
            target.assumingMemoryBound(to: UInt8.self))
        return result == BROTLI_DECODER_RESULT_SUCCESS && written == byteCount
    }

    private func zstd(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        if zstdContext == nil { zstdContext = ZSTD_createDCtx() }
        let written = ZSTD_decompressDCtx(
            zstdContext, target, byteCount, source.start, source.byteCount)
        return ZSTD_isError(written) == 0 && written == byteCount
    }

    /// One member after the other: a page may hold several.
    private func gzip(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        if deflateDecompressor == nil { deflateDecompressor = libdeflate_alloc_decompressor() }
        guard let deflateDecompressor else { return false }
        var read = 0
        var written = 0
        while read < source.byteCount {
            var memberReadCount = 0
            var memberWrittenCount = 0
            let result = libdeflate_gzip_decompress_ex(
                deflateDecompressor, source.start + read, source.byteCount - read,
                target + written, byteCount - written, &memberReadCount, &memberWrittenCount)
            guard result == LIBDEFLATE_SUCCESS, memberReadCount > 0 else { return false }
            read += memberReadCount
            written += memberWrittenCount
        }
        return written == byteCount
    }
}
