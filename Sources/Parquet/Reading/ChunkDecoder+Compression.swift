extension ChunkDecoder {
    /// What stands behind the first `skipping` bytes of a page, decompressed if need be.
    func decompress(
        _ page: Page, skipping: Int, isCompressed: Bool = true
    ) throws(ParquetError) -> PaddedBytes {
        if let inflated = page.inflated { return inflated }
        let source = page.body.dropping(skipping)
        guard codec != .uncompressed, isCompressed, source.byteCount > 0 else { return source }
        let byteCount = try uncompressedByteCount(source, page.header, skipping: skipping)
        let target = scratch.page.reserve(byteCount)
        try scratch.decompressor.decompress(source, codec, into: target, byteCount: byteCount)
        scratch.page.clearSlack(after: byteCount)
        return PaddedBytes(start: UnsafeRawPointer(target), byteCount: byteCount)
    }

    /// Decompresses PLAIN values without nulls to where the column wants them.
    /// - Returns: false if they have to be looked at on the way; then nothing was done.
    func decompressDirectly(
        _ page: Page, skipping: Int, isCompressed: Bool = true,
        firstRow: Int, rowCount: Int
    ) throws(ParquetError) -> Bool {
        let source = page.body.dropping(skipping)
        guard codec != .uncompressed, isCompressed, source.byteCount > 0 else { return false }
        let byteCount = try uncompressedByteCount(source, page.header, skipping: skipping)
        guard
            let target = values.directTarget(
                firstRow: firstRow, rowCount: rowCount, byteCount: byteCount)
        else { return false }
        if let inflated = page.inflated { return inflated.start == UnsafeRawPointer(target) }
        try scratch.decompressor.decompress(source, codec, into: target, byteCount: byteCount)
        return true
    }

    private func uncompressedByteCount(
        _ source: PaddedBytes, _ header: PageHeader, skipping: Int
    ) throws(ParquetError) -> Int {
        let byteCount = Int(header.uncompressedByteCount) - skipping
        let byteCountMax = PageDecompressor.byteCountMax(
            codec, compressedByteCount: source.byteCount)
        guard byteCount >= 0, byteCount <= byteCountMax else {
            throw ParquetError(
                .outOfSpec,
                "\(source.byteCount) \(codec.name) bytes claim to become \(byteCount).")
        }
        try scratch.checkSize(byteCount, chunkByteCount: source.byteCount)
        return byteCount
    }
}
