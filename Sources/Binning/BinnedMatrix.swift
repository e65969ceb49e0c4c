/// A table of bins, row by row, ready for training.
///
/// Byte columns lie eight to a word of 64 bits. Words lie in groups of two (the last group may
/// have one): group `g` is (rowCount × words of the group), row-major. Wide columns follow one
/// another, (rowCount) each.
package final class BinnedMatrix: @unchecked Sendable {
    // Sendable: immutable once the builder has let go of it.
    package let rowCount: Int
    package let features: [FeatureBins]
    package let layout: BinLayout
    /// (layout.wordCount * rowCount) and a few words of padding that may be read.
    package let words: UnsafeMutablePointer<UInt64>
    /// (layout.wideColumns.count * rowCount) and padding.
    package let wideCodes: UnsafeMutablePointer<UInt16>
    private let buffer: LargeBuffer
    private let wideBuffer: LargeBuffer

    /// Words that lie together in one row of a group: one cache line serves both.
    package static let groupWordCount = 2

    init(rowCount: Int, features: [FeatureBins]) {
        self.rowCount = rowCount
        self.features = features
        layout = BinLayout(binCounts: features.map(\.binCount))
        buffer = LargeBuffer(byteCount: (layout.wordCount * rowCount + 8) * 8)
        wideBuffer = LargeBuffer(byteCount: (layout.wideColumns.count * rowCount + 32) * 2)
        words = buffer.address.bindMemory(
            to: UInt64.self, capacity: layout.wordCount * rowCount + 8)
        wideCodes = wideBuffer.address.bindMemory(
            to: UInt16.self, capacity: layout.wideColumns.count * rowCount + 32)
    }

    /// Features that can split something.
    package var usableFeatureCount: Int { features.count { $0.isUsable } }

    /// The bin of one cell. For tests and single rows; kernels read whole columns.
    package func bin(row: Int, feature: Int) -> Int {
        precondition(row >= 0 && row < rowCount)
        guard let index = layout.columnOfFeature[feature] else { return 0 }
        let column = layout.columns[index]
        let code: Int
        if index < layout.byteColumns.count {
            code = Int(byteAddress(column: index, row: row).pointee)
        } else {
            code = Int(wideCodes[(index - layout.byteColumns.count) * rowCount + row])
        }
        for member in column.members where member.feature == feature {
            return code / member.multiplier % member.binCount
        }
        preconditionFailure("the layout names a column that does not hold the feature")
    }

    /// Words between a row of word `word` and the next.
    package func wordStride(_ word: Int) -> Int {
        let groupStart = word / Self.groupWordCount * Self.groupWordCount
        return min(Self.groupWordCount, layout.wordCount - groupStart)
    }

    /// Where word `word` of row 0 lies.
    package func wordAddress(_ word: Int) -> UnsafeMutablePointer<UInt64> {
        let group = word / Self.groupWordCount
        return words + group * Self.groupWordCount * rowCount + word % Self.groupWordCount
    }

    func byteAddress(column: Int, row: Int) -> UnsafeMutablePointer<UInt8> {
        let word = column / 8
        let address = UnsafeMutableRawPointer(wordAddress(word) + row * wordStride(word))
        return (address + column % 8).assumingMemoryBound(to: UInt8.self)
    }
}
