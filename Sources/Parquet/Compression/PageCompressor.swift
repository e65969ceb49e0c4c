import CDeflate
import CZstd

/// Compresses the pages of a file, one after the other, with one codec.
///
/// Not Sendable: the codecs' working memory belongs to one thread.
final class PageCompressor {
    private enum State {
        case uncompressed
        case snappy(slots: UnsafeMutablePointer<UInt16>)
        case gzip(OpaquePointer)
        case zstd(OpaquePointer, level: Int32)
    }

    private let state: State

    /// Throws `limitExceeded` when there is no memory for the codec.
    init(_ compression: WriterOptions.Compression) throws(ParquetError) {
        switch compression {
        case .uncompressed: state = .uncompressed
        case .snappy: state = .snappy(slots: .allocate(capacity: SnappyEncoder.slotCount))
        case .gzip(let level):
            guard let compressor = libdeflate_alloc_compressor(Int32(level)) else {
                throw ParquetError(.limitExceeded, "no memory for a gzip compressor")
            }
            state = .gzip(compressor)
        case .zstd(let level):
            guard let context = ZSTD_createCCtx() else {
                throw ParquetError(.limitExceeded, "no memory for a zstd compressor")
            }
            state = .zstd(context, level: Int32(level))
        }
    }

    deinit {
        switch state {
        case .uncompressed: break
        case .snappy(let slots): slots.deallocate()
        case .gzip(let compressor): libdeflate_free_compressor(compressor)
        case .zstd(let context, _): ZSTD_freeCCtx(context)
        }
    }

    /// The most bytes that `byteCount` bytes become.
    func byteCountMax(_ byteCount: Int) -> Int {
        switch state {
        case .uncompressed: byteCount
        case .snappy: SnappyEncoder.byteCountMax(byteCount)
        case .gzip(let compressor): libdeflate_gzip_compress_bound(compressor, byteCount)
        case .zstd: ZSTD_compressBound(byteCount)
        }
    }

    /// Compresses to `target`; returns how many bytes were written.
    /// - Parameters:
    ///   - target: `byteCountMax` bytes, and `ScratchBytes.slackByteCount` more, which may be spoilt.
    ///   - scratch: `joined` is overwritten.
    ///
    /// Throws `limitExceeded` when there is no memory for the codec.
    func compress(
        _ body: PageBody, into target: UnsafeMutableRawPointer, scratch: ChunkScratch
    ) throws(ParquetError) -> Int {
        switch state {
        case .uncompressed:
            copy(body.head, to: target)
            copy(body.values, to: target + body.head.count)
            return body.byteCount
        case .snappy(let slots):
            return SnappyEncoder.encode(body.head, body.values, into: target, slots: slots)
        case .gzip(let compressor):
            let bytes = joined(body, scratch)
            let byteCount = libdeflate_gzip_compress(
                compressor, bytes.baseAddress, bytes.count, target, byteCountMax(bytes.count))
            precondition(byteCount > 0, "the output had room for the worst case")
            return byteCount
        case .zstd(let context, let level):
            let bytes = joined(body, scratch)
            let byteCount = ZSTD_compressCCtx(
                context, target, byteCountMax(bytes.count), bytes.baseAddress, bytes.count, level)
            guard ZSTD_isError(byteCount) == 0 else {
                throw ParquetError(
                    .limitExceeded,
                    "zstd failed: \(String(cString: ZSTD_getErrorName(byteCount)))")
            }
            return byteCount
        }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        guard let source = bytes.baseAddress else { return }
        target.copyMemory(from: source, byteCount: bytes.count)
    }

    /// For codecs that take their bytes from one place.
    private func joined(_ body: PageBody, _ scratch: ChunkScratch) -> UnsafeRawBufferPointer {
        if body.values.isEmpty { return body.head }
        if body.head.isEmpty { return body.values }
        scratch.joined.removeAll()
        scratch.joined.append(body.head)
        scratch.joined.append(body.values)
        return scratch.joined.bytes
    }
}
