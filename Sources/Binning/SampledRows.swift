/// The rows from which bins are found: one of each stretch of `stretchLength` rows, so that they
/// depend on the table's length and the seed alone, and sorted tables do no harm.
package struct SampledRows: Hashable, Sendable {
    package let rowCount: Int
    /// Rows of a stretch; the last may be shorter. 1 takes every row.
    package let stretchLength: Int
    private let seed: UInt64

    /// - Parameter countMax: rows to sample at most; at least half as many are, if there are.
    package init(rowCount: Int, countMax: Int, seed: UInt64) {
        precondition(rowCount >= 0 && countMax >= 1)
        self.rowCount = rowCount
        stretchLength = max(1, (rowCount + countMax - 1) / countMax)
        self.seed = seed
    }

    /// Sampled rows.
    package var count: Int { (rowCount + stretchLength - 1) / stretchLength }

    /// The row of stretch `index`; ascending in `index`.
    package func row(_ index: Int) -> Int {
        precondition(index >= 0 && index < count)
        guard stretchLength > 1 else { return index }
        let start = index * stretchLength
        let length = min(stretchLength, rowCount - start)
        return start + Int(hash(index).multipliedFullWidth(by: UInt64(length)).high)
    }

    /// The indices of the sampled rows that lie in `rows`.
    package func indices(in rows: Range<Int>) -> Range<Int> {
        firstIndex(atOrAfter: rows.lowerBound)..<firstIndex(atOrAfter: rows.upperBound)
    }

    private func firstIndex(atOrAfter row: Int) -> Int {
        guard row < rowCount else { return count }
        let index = row / stretchLength
        return self.row(index) >= row ? index : index + 1
    }

    /// SplitMix64 of the stretch's number.
    private func hash(_ index: Int) -> UInt64 {
        var z = seed &+ (UInt64(index) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
