/// The values of a page in one of the dictionary encodings: a byte with the bit width, then runs.
enum DictionaryIndices {
    /// - Parameter page: with at least one value.
    /// - Returns: `page.validCount` indices, each below `dictionaryCount`, then one that is 0; they
    ///   lie in `scratch`.
    /// - Throws: `outOfSpec`.
    static func decode(
        _ page: PageValues, dictionaryCount: Int, scratch: ScratchBuffer
    ) throws(ParquetError) -> UnsafePointer<UInt32> {
        guard page.bytes.byteCount >= 1 else {
            throw ParquetError(.outOfSpec, "the page ends before its dictionary indices.")
        }
        let bitWidth = Int(page.bytes.start.load(as: UInt8.self))
        guard bitWidth <= 32 else {
            throw ParquetError(.outOfSpec, "bit width \(bitWidth), limit 32.")
        }
        let count = page.validCount
        // Unpacking writes whole groups of 8.
        let indices = scratch.reserve((count + 8) * 4).bindMemory(
            to: UInt32.self, capacity: count + 8)
        guard
            RLEBitPackedHybridDecoder.decode(
                page.bytes.dropping(1), bitWidth: bitWidth, count: count, into: indices)
        else {
            throw ParquetError(
                .outOfSpec,
                "\(page.bytes.byteCount) bytes do not give the \(count) dictionary indices that "
                    + "the page claims.")
        }
        guard DictionaryGather.areBelow(dictionaryCount, indices, count: count) else {
            throw ParquetError(
                .outOfSpec,
                "a dictionary index beyond the \(dictionaryCount) entries of the dictionary.")
        }
        indices[count] = 0
        return UnsafePointer(indices)
    }
}
