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

    /// The compressed form of `bytes`: in `scratch`, or `bytes` themselves without a codec.
    func compress(
        _ bytes: UnsafeRawBufferPointer, scratch: ScratchBytes
    ) throws(ParquetError) -> UnsafeRawBufferPointer {
        scratch.removeAll()
        switch state {
        case .uncompressed: return bytes
        case .snappy(let slots):
            let place = scratch.reserve(SnappyEncoder.byteCountMax(bytes.count))
            scratch.advance(by: SnappyEncoder.encode(bytes, into: place, slots: slots))
        case .gzip(let compressor):
            let bound = libdeflate_gzip_compress_bound(compressor, bytes.count)
            let byteCount = libdeflate_gzip_compress(
                compressor, bytes.baseAddress, bytes.count, scratch.reserve(bound), bound)
            precondition(byteCount > 0, "the output had room for the worst case")
            scratch.advance(by: byteCount)
        case .zstd(let context, let level):
            let bound = ZSTD_compressBound(bytes.count)
            let byteCount = ZSTD_compressCCtx(
                context, scratch.reserve(bound), bound, bytes.baseAddress, bytes.count, level)
            guard ZSTD_isError(byteCount) == 0 else {
                throw ParquetError(
                    .limitExceeded,
                    "zstd failed: \(String(cString: ZSTD_getErrorName(byteCount)))")
            }
            scratch.advance(by: byteCount)
        }
        return scratch.bytes
    }
}
