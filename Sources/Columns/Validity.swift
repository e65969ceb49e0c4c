/// Which rows of a column hold a value: one bit a row, lowest bit first, 1 = valid, 0 = null.
package struct Validity: Sendable {
    /// (rowCount + 63) / 64 words; bits at and after `rowCount` are 0.
    package let words: ColumnBuffer<UInt64>
    package let rowCount: Int
    package let nullCount: Int

    package init(words: ColumnBuffer<UInt64>, rowCount: Int, nullCount: Int) {
        precondition(words.count == (rowCount + 63) / 64)
        self.words = words
        self.rowCount = rowCount
        self.nullCount = nullCount
    }

    package init(_ isValid: [Bool]) {
        let words = ColumnBuffer<UInt64>(repeating: 0, count: (isValid.count + 63) / 64)
        for (row, valid) in isValid.enumerated() where valid {
            words.mutableElements[row >> 6] |= 1 &<< UInt64(row & 63)
        }
        self.init(
            words: words, rowCount: isValid.count,
            nullCount: isValid.count { !$0 })
    }

    package func isValid(_ row: Int) -> Bool {
        (words.elements[row >> 6] &>> UInt64(row & 63)) & 1 == 1
    }
}
