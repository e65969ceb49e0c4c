/// What values a column chunk may hold: a split-block bloom filter.
///
/// It never denies a value that is there, and denies most that are not.
/// Source: parquet-format, BloomFilter.md.
package struct BloomFilter: Hashable, Sendable {
    /// Blocks of 8 words of 32 bits.
    private(set) var words: [UInt32]

    static let wordsPerBlock = 8
    static let blockByteCount = 32
    /// Of the bitset; what other readers accept too.
    package static let byteCountMax = 128 << 20
    /// What the header takes with plenty of room, where its length is not known.
    private static let headerByteCountMax = 64
    private static var salts: SIMD8<UInt32> {
        SIMD8(
            0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D,
            0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31)
    }

    /// An empty filter for `distinctCount` values, of which one in a hundred others passes.
    init(distinctCount: Int) {
        // 10.5 bits a value, rounded up to a power of two of blocks, as parquet-java has it.
        let bitCount = Double(max(1, distinctCount)) * 10.5
        var blockCount = 1
        while Double(blockCount * Self.blockByteCount * 8) < bitCount,
            blockCount * Self.blockByteCount < Self.byteCountMax
        {
            blockCount *= 2
        }
        words = [UInt32](repeating: 0, count: blockCount * Self.wordsPerBlock)
    }

    private init(words: [UInt32]) { self.words = words }

    mutating func insert(_ hash: UInt64) {
        let block = Self.block(of: hash, blockCount: words.count / Self.wordsPerBlock)
        let bits = Self.bits(of: hash)
        words.withUnsafeMutableBufferPointer { words in
            for index in 0..<Self.wordsPerBlock {
                words[block &* Self.wordsPerBlock &+ index] |= bits[index]
            }
        }
    }

    func mightContain(hash: UInt64) -> Bool {
        let block = Self.block(of: hash, blockCount: words.count / Self.wordsPerBlock)
        let bits = Self.bits(of: hash)
        return (0..<Self.wordsPerBlock).allSatisfy { index in
            words[block * Self.wordsPerBlock + index] & bits[index] != 0
        }
    }

    /// The high half of the hash picks the block, without a division.
    private static func block(of hash: UInt64, blockCount: Int) -> Int {
        Int(((hash &>> 32) &* UInt64(blockCount)) &>> 32)
    }

    /// The low half picks a bit of each word of the block.
    private static func bits(of hash: UInt64) -> SIMD8<UInt32> {
        let products = SIMD8(repeating: UInt32(truncatingIfNeeded: hash)) &* salts
        return SIMD8(repeating: 1) &<< (products &>> 27)
    }
}

// MARK: Looking values up

extension BloomFilter {
    /// Whether a row may have this value; true for a value of another kind than the column's, and
    /// for one that the file may have written in several ways.
    package func mightContain(_ value: ScalarValue, in column: LeafColumn) -> Bool {
        let forms = column.plainForms(of: value)
        guard !forms.isEmpty else { return true }
        return forms.contains { form in
            form.withUnsafeBytes { mightContain(hash: XXHash64.hash($0)) }
        }
    }
}

// MARK: Bytes

extension BloomFilter {
    /// What to do after looking at the first bytes of a filter.
    package enum Step: Sendable {
        /// Come back with at least this many bytes from the filter's start.
        case needs(byteCount: Int)
        case filter(BloomFilter)
    }

    /// Where the filter of a chunk begins, and how many bytes to fetch first; nil without one.
    package static func location(
        of chunk: ColumnChunkMetadata, objectByteCount: Int
    ) -> Range<Int>? {
        guard let offset = chunk.bloomFilterOffset, offset > 0, offset < Int64(objectByteCount)
        else { return nil }
        let known = chunk.bloomFilterByteCount.map(Int.init) ?? 0
        let byteCount = known > 0 ? known : headerByteCountMax
        return Int(offset)..<min(objectByteCount, Int(offset) + byteCount)
    }

    /// - Parameter bytes: from the start of the filter.
    /// - Throws: `outOfSpec` if the bytes are damaged or too long, `unsupported` for another
    ///   algorithm, hash or compression. The chunk can be read without its filter.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) -> Step {
        var reader = CompactProtocolReader(bytes, objectOffset: 0)
        let byteCount: Int
        do throws(ParquetError) {
            byteCount = try BloomFilterHeader(parsing: &reader).checkedByteCount()
        } catch {
            // A header that goes past so many bytes is none.
            guard bytes.count < headerByteCountMax, reader.bytesLeft == 0 else { throw error }
            return .needs(byteCount: headerByteCountMax)
        }
        guard reader.bytesLeft >= byteCount else {
            return .needs(byteCount: reader.position + byteCount)
        }
        let words = (0..<byteCount / 4).map { index in
            UInt32(
                littleEndian: bytes.loadUnaligned(
                    fromByteOffset: reader.position + index * 4, as: UInt32.self))
        }
        return .filter(BloomFilter(words: words))
    }

    func serialized() -> [UInt8] {
        var bytes = BloomFilterHeader(byteCount: Int32(words.count * 4)).serialized()
        bytes.reserveCapacity(bytes.count + words.count * 4)
        for word in words {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
