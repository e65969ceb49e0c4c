extension BloomFilter {
    /// A filter of all `values`, which are hashed as PLAIN encoding has them, without lengths.
    ///
    /// Of a floating zero both signs go in: rows that equal zero may have either, and readers ask
    /// for one.
    init(of values: DenseValues, order: ValueOrder) {
        self.init(distinctCount: values.count)
        switch values {
        case .booleans: preconditionFailure("booleans have no bloom filter")
        case .words32(let words):
            insertAll(words, zero: order == .float ? 0x8000_0000 : nil)
        case .words64(let words):
            insertAll(words, zero: order == .double ? 1 << 63 : nil)
        case .fixed(let bytes, let byteCount):
            insertAll(UnsafeRawBufferPointer(bytes), byteCount: byteCount, order: order)
        case .byteArrays(let values):
            for value in values { insert(XXHash64.hash(UnsafeRawBufferPointer(value))) }
        }
    }

    /// - Parameter zero: the bits of minus zero, where that equals zero.
    private mutating func insertAll<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ words: UnsafeBufferPointer<Word>, zero: Word?
    ) {
        for word in words {
            insert(word)
            if let zero, word == 0 || word == zero { insert(word ^ zero) }
        }
    }

    private mutating func insertAll(
        _ bytes: UnsafeRawBufferPointer, byteCount: Int, order: ValueOrder
    ) {
        for start in stride(from: 0, to: bytes.count, by: max(1, byteCount)) {
            let value = UnsafeRawBufferPointer(rebasing: bytes[start..<start + byteCount])
            insert(XXHash64.hash(value))
            guard order == .float16 else { continue }
            let bits = value.loadUnaligned(as: UInt16.self)
            if UInt16(littleEndian: bits) & 0x7FFF == 0 {
                insert(UInt16(littleEndian: bits) ^ 0x8000)
            }
        }
    }

    private mutating func insert<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word) {
        insert(withUnsafeBytes(of: word.littleEndian) { XXHash64.hash($0) })
    }
}
