import Binning

/// Where the sums of each stored column stand in a node's histogram.
///
/// Byte columns take 256 entries each, so that a word's eight codes reach their sums with constant
/// offsets; the last word is rounded up to an even number of columns. Wide columns follow.
///
/// A histogram of at most `GradientPacking.rowCountMax` rows is *packed*: (entryCount) sums of
/// packed gradients. A larger one is *split*: (entryCount) gradient sums, then as many hessian sums.
struct HistogramLayout: Sendable {
    let bins: BinLayout
    /// (groups) byte columns that lie together, two words each but the last.
    let groups: [Group]
    /// (wide columns) first entry of each.
    let wideOffsets: [Int]
    let entryCount: Int

    static let byteColumnEntryCount = 256
    static let wordEntryCount = 8 * byteColumnEntryCount

    struct Group: Sendable {
        let index: Int
        /// Words of a row.
        let wordCount: Int
        /// (wordCount) columns that are summed in each word: 2, 4, 6 or 8.
        let columnCounts: [Int]
        /// Entries of the group in a histogram.
        let entries: Range<Int>
    }

    init(_ bins: BinLayout) {
        self.bins = bins
        let groupWordCount = BinnedMatrix.groupWordCount
        var groups: [Group] = []
        var offset = 0
        for first in stride(from: 0, to: bins.wordCount, by: groupWordCount) {
            let words = first..<min(first + groupWordCount, bins.wordCount)
            let counts = words.map { word in
                (min(8, bins.byteColumns.count - word * 8) + 1) / 2 * 2
            }
            let entryCount = counts.reduce(0, +) * Self.byteColumnEntryCount
            groups.append(
                Group(
                    index: groups.count, wordCount: words.count, columnCounts: counts,
                    entries: offset..<(offset + entryCount)))
            offset += entryCount
        }
        var wideOffsets: [Int] = []
        for column in bins.wideColumns {
            wideOffsets.append(offset)
            // Whole cache lines.
            offset += (column.codeCount + 7) / 8 * 8
        }
        self.groups = groups
        self.wideOffsets = wideOffsets
        entryCount = offset
    }

    /// First entry of a column, numbered as in `BinLayout.columns`.
    func offset(column: Int) -> Int {
        let byteColumnCount = bins.byteColumns.count
        return column < byteColumnCount
            ? column * Self.byteColumnEntryCount : wideOffsets[column - byteColumnCount]
    }
}
