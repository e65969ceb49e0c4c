import Columns

/// Collects the null bitmap of a column chunk, page by page. No bitmap is made before the first
/// null.
struct ValidityBuilder {
    private let rowCountMax: Int
    private var words: ColumnBuffer<UInt64>?
    private(set) var rowCount = 0
    private(set) var nullCount = 0

    /// - Parameter rowCountMax: rows of the chunk, a bound that the caller has checked.
    init(rowCountMax: Int) {
        self.rowCountMax = rowCountMax
    }

    /// The bitmap so far; nil while no row is null. Row `r` is at bit `r`; a word behind the last
    /// one is readable.
    var bitmap: UnsafePointer<UInt64>? {
        words?.elements.baseAddress
    }

    /// - Precondition: the rows fit.
    mutating func appendValid(_ count: Int) {
        precondition(count >= 0 && count <= rowCountMax - rowCount)
        if let start = words?.mutableElements.baseAddress {
            RLEBitPackedHybridDecoder.setBits(count: count, in: start, bitOffset: rowCount)
        }
        rowCount += count
    }

    /// Definition levels of a flat optional column: 1 is a value, 0 is null.
    /// - Returns: how many of the rows are valid, or nil if the levels break the specification.
    /// - Precondition: the rows fit.
    mutating func appendLevels(_ levels: PaddedBytes, count: Int) -> Int? {
        precondition(count >= 0 && count <= rowCountMax - rowCount)
        if count == 0 { return 0 }
        if RLEBitPackedHybridDecoder.isOneRunOfOnes(levels, count: count) {
            appendValid(count)
            return count
        }
        guard let start = makeWords() else { return nil }
        guard
            let validCount = RLEBitPackedHybridDecoder.decodeBits(
                levels, count: count, into: start, bitOffset: rowCount)
        else { return nil }
        rowCount += count
        nullCount += count - validCount
        return validCount
    }

    /// Definition levels of any depth: `valid` is a value, all below are null.
    /// - Parameter levels: (count).
    /// - Returns: how many are valid.
    /// - Precondition: the rows fit.
    mutating func appendLevels(
        _ levels: UnsafePointer<UInt32>, count: Int, valid: Int
    ) -> Int {
        precondition(count >= 0 && count <= rowCountMax - rowCount)
        let validCount = (0..<count).count { levels[$0] == valid }
        if validCount == count {
            appendValid(count)
            return count
        }
        guard let start = makeWords() else { return 0 }
        for index in 0..<count where levels[index] == valid {
            start[(rowCount + index) >> 6] |= 1 &<< UInt64((rowCount + index) & 63)
        }
        rowCount += count
        nullCount += count - validCount
        return validCount
    }

    /// The deprecated BIT_PACKED levels: one bit a row, the highest bit of a byte first.
    /// - Precondition: the rows fit, and there are (count + 7) / 8 bytes.
    mutating func appendBitPackedLevels(_ levels: PaddedBytes, count: Int) -> Int {
        precondition(count >= 0 && count <= rowCountMax - rowCount)
        precondition((count + 7) / 8 <= levels.byteCount)
        guard count > 0, let start = makeWords() else { return 0 }
        var validCount = 0
        for index in 0..<count {
            let byte = levels.start.load(fromByteOffset: index >> 3, as: UInt8.self)
            let bit = UInt64((byte >> UInt8(7 - (index & 7))) & 1)
            start[(rowCount + index) >> 6] |= bit << UInt64((rowCount + index) & 63)
            validCount += Int(bit)
        }
        rowCount += count
        nullCount += count - validCount
        return validCount
    }

    /// - Precondition: `rowCountMax` rows were appended.
    func finish() -> Validity? {
        precondition(rowCount == rowCountMax)
        guard nullCount > 0, let words else { return nil }
        return Validity(words: words, rowCount: rowCount, nullCount: nullCount)
    }

    /// The bitmap, made now if there was none; nil only for a chunk without rows.
    private mutating func makeWords() -> UnsafeMutablePointer<UInt64>? {
        if let start = words?.mutableElements.baseAddress { return start }
        // The word behind the last one lies in the buffer's slack, but has to be 0 too.
        let made = ColumnBuffer<UInt64>(
            uninitializedCount: (rowCountMax + 63) / 64)
        guard let start = made.mutableElements.baseAddress else { return nil }
        start.update(repeating: 0, count: made.count + 1)
        RLEBitPackedHybridDecoder.setBits(count: rowCount, in: start, bitOffset: 0)
        words = made
        return start
    }
}
