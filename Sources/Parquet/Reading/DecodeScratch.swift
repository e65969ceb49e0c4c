package import Memory

/// Working memory of one decoder, kept from chunk to chunk.
///
/// `@unchecked Sendable`: it may move between threads, but a decode has it for itself; whoever
/// shares one between decodes that run at the same time breaks it.
package final class DecodeScratch: @unchecked Sendable {
    /// The most bytes that one chunk may become; beyond it, `limitExceeded` is thrown.
    package let decodedByteCountMax: Int

    /// Chunks may always become this large, whatever their size in the file: 2^25 doubles.
    static let decodedByteCountFloor = 1 << 28
    /// Beyond the floor a chunk may become this many times its size in the file. Tables repeat
    /// themselves, but a few bytes that claim gigabytes are an attack or an accident.
    static let decodedRatioMax = 256

    /// A decompressed page.
    let page = ScratchBuffer()
    /// Pages that were decompressed together.
    let inflated = (0..<PageInflater.pieceCountMax).map { _ in ScratchBuffer() }
    /// A copy of the last page of a chunk, where the caller's memory ends too early.
    let tail = ScratchBuffer()
    /// Dictionary indices of a page.
    let indices = ScratchBuffer()
    /// Values of a page, converted to what the column holds.
    let values = ScratchBuffer()
    /// Further working memory of an encoding.
    let encoded = ScratchBuffer()
    /// Lengths of repeated prefixes.
    let prefixes = ScratchBuffer()
    /// Values made from `encoded` and `values`.
    let dense = ScratchBuffer()
    /// The dictionary of a chunk, converted to what the column holds.
    let dictionary = ScratchBuffer()
    let decompressor = PageDecompressor()
    let inflater = PageInflater()

    /// Where the columns' memory comes from.
    let memory: BlockMemory

    /// - Parameters:
    ///   - memory: may serve several decoders at the same time.
    ///   - decodedByteCountMax: default 4 GiB.
    package init(memory: BlockMemory = BlockMemory(), decodedByteCountMax: Int = 1 << 32) {
        self.memory = memory
        self.decodedByteCountMax = decodedByteCountMax
    }

    /// Throws `limitExceeded` if `chunkByteCount` bytes must not become `decodedByteCount`.
    func checkSize(
        _ decodedByteCount: Int, chunkByteCount: Int
    ) throws(ParquetError) {
        let (scaled, overflow) = chunkByteCount.multipliedReportingOverflow(
            by: Self.decodedRatioMax)
        let allowed = min(
            decodedByteCountMax, max(Self.decodedByteCountFloor, overflow ? .max : scaled))
        guard decodedByteCount <= allowed else {
            throw ParquetError(
                .limitExceeded,
                "\(chunkByteCount) bytes claim to become \(decodedByteCount), limit \(allowed). "
                    + "Rewrite the file with smaller row groups.")
        }
    }
}
