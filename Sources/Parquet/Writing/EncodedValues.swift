/// The values of a column chunk, nulls left out, as its pages will hold them.
enum EncodedValues {
    case plain(DenseValues)
    /// `entries` are distinct, in the order of their first rows; codes are below their count.
    case dictionary(codes: UnsafeBufferPointer<UInt32>, entries: DenseValues)

    var count: Int {
        switch self {
        case .plain(let values): values.count
        case .dictionary(let codes, _): codes.count
        }
    }

    /// Every value that occurs: once as far as a dictionary is there.
    var distinctOrAll: DenseValues {
        switch self {
        case .plain(let values): values
        case .dictionary(_, let entries): entries
        }
    }

    /// `values` as codes where that pays, and as they are otherwise. `scratch.entries`,
    /// `scratch.codes` and `scratch.slots` are overwritten when it is tried.
    init(encoding values: DenseValues, options: WriterOptions, scratch: ChunkScratch) {
        switch values {
        case .words32(let words):
            self =
                Self.coded(words, options, scratch).map {
                    .dictionary(codes: $0.codes, entries: .words32($0.entries))
                } ?? .plain(values)
        case .words64(let words):
            self =
                Self.coded(words, options, scratch).map {
                    .dictionary(codes: $0.codes, entries: .words64($0.entries))
                } ?? .plain(values)
        case .booleans, .fixed, .byteArrays: self = .plain(values)
        }
    }

    private static func coded<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ words: UnsafeBufferPointer<Word>, _ options: WriterOptions, _ scratch: ChunkScratch
    ) -> (codes: UnsafeBufferPointer<UInt32>, entries: UnsafeBufferPointer<Word>)? {
        guard DictionaryEncoder.looksRepetitive(words, scratch) else { return nil }
        let wordByteCount = MemoryLayout<Word>.size
        let entryCountMax = min(
            DictionaryEncoder.entryCountMax, options.dictionaryByteCountMax / wordByteCount,
            words.count)
        let codes = scratch.codes.elements(of: UInt32.self, count: words.count)
        let entries = scratch.entries.elements(of: Word.self, count: entryCountMax)
        let slots = scratch.slots.elements(
            of: Int32.self, count: DictionaryEncoder.slotCountMax)
        guard let codesBase = codes.baseAddress, let entriesBase = entries.baseAddress,
            let slotsBase = slots.baseAddress,
            let entryCount = DictionaryEncoder.encode(
                words, codes: codesBase, entries: entriesBase, entryCountMax: entryCountMax,
                slots: slotsBase),
            DictionaryEncoder.pays(
                entryCount: entryCount, dictionaryByteCount: entryCount * wordByteCount,
                valueCount: words.count, plainByteCount: words.count * wordByteCount)
        else { return nil }
        return (
            UnsafeBufferPointer(codes), UnsafeBufferPointer(rebasing: entries[..<entryCount])
        )
    }
}
