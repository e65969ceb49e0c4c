/// A table of bins, row by row, ready for training.
///
/// Byte columns lie eight to a word of 64 bits, for histograms. Words lie in groups of four (the
/// last group may have fewer): group `g` is (rowCount × words of the group), row-major. The same
/// codes may lie column by column too, for dividing rows, which looks at one column at a time: that
/// costs as much memory again and reads a sixteenth of it. Wide columns lie one after another.
package final class BinnedMatrix: @unchecked Sendable {
    // Sendable: immutable once the builder has let go of it.
    package let rowCount: Int
    package let features: [FeatureBins]
    package let layout: BinLayout
    /// (layout.wordCount * rowCount) and a few words of padding that may be read.
    package let words: UnsafeMutablePointer<UInt64>
    /// (layout.wideColumns.count * rowCount) and padding.
    package let wideCodes: UnsafeMutablePointer<UInt16>
    /// (layout.byteColumns.count × rowCount), column-major, and padding; nil where the storage has
    /// no columns.
    package let byteCodes: UnsafeMutablePointer<UInt8>?
    private let buffer: LargeBuffer
    private let byteBuffer: LargeBuffer?
    private let wideBuffer: LargeBuffer

    /// Words that lie together in one row of a group: one cache line serves both.
    package static let groupWordCount = 4

    /// In memory, with columns.
    /// - Parameter layout: of these features; nil for that without bundles.
    convenience init(rowCount: Int, features: [FeatureBins], layout: BinLayout? = nil) {
        self.init(rowCount: rowCount, features: features, layout: layout, hasColumns: true) {
            LargeBuffer(byteCount: $0)
        }
    }

    /// - Throws: `outOfSpace` for a scratch file that does not fit.
    convenience init(
        rowCount: Int, features: [FeatureBins], storage: MatrixStorage
    ) throws(BinningError) {
        try self.init(
            rowCount: rowCount, features: features, hasColumns: storage.hasColumns
        ) { byteCount throws(BinningError) in
            guard let folder = storage.folder else { return LargeBuffer(byteCount: byteCount) }
            return try LargeBuffer(byteCount: byteCount, folder: folder)
        }
    }

    private init<Failure: Error>(
        rowCount: Int, features: [FeatureBins], layout: BinLayout? = nil, hasColumns: Bool,
        makeBuffer: (_ byteCount: Int) throws(Failure) -> LargeBuffer
    ) throws(Failure) {
        self.rowCount = rowCount
        self.features = features
        let layout = layout ?? BinLayout(binCounts: features.map(\.binCount))
        self.layout = layout
        let wordCount = layout.wordCount * rowCount + 8
        let wideCount = layout.wideColumns.count * rowCount + 32
        let byteCount = layout.byteColumns.count * rowCount + 64
        buffer = try makeBuffer(wordCount * 8)
        byteBuffer = hasColumns ? try makeBuffer(byteCount) : nil
        wideBuffer = try makeBuffer(wideCount * 2)
        words = buffer.address.bindMemory(to: UInt64.self, capacity: wordCount)
        byteCodes = byteBuffer?.address.bindMemory(to: UInt8.self, capacity: byteCount)
        wideCodes = wideBuffer.address.bindMemory(to: UInt16.self, capacity: wideCount)
    }

    /// The same cells in fewer columns, in the same memory.
    init(recoded matrix: BinnedMatrix, layout: BinLayout) {
        precondition(layout.byteColumns.count <= matrix.layout.byteColumns.count)
        precondition(layout.wideColumns == matrix.layout.wideColumns)
        rowCount = matrix.rowCount
        features = matrix.features
        self.layout = layout
        words = matrix.words
        wideCodes = matrix.wideCodes
        byteCodes = matrix.byteCodes
        buffer = matrix.buffer
        byteBuffer = matrix.byteBuffer
        wideBuffer = matrix.wideBuffer
    }

    /// Where the code of a byte column of row 0 lies, and how many bytes on that of the next row.
    package func byteColumn(
        _ column: Int
    ) -> (first: UnsafeMutablePointer<UInt8>, stride: Int) {
        if let byteCodes { return (byteCodes + column * rowCount, 1) }
        let first = UnsafeMutableRawPointer(wordAddress(column / 8)) + column % 8
        // Words are little endian on all that is supported: byte k is column k.
        return (first.assumingMemoryBound(to: UInt8.self), wordStride(column / 8) * 8)
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
            let (first, stride) = byteColumn(index)
            code = Int(first[row * stride])
        } else {
            code = Int(wideCodes[(index - layout.byteColumns.count) * rowCount + row])
        }
        for member in column.members where member.feature == feature {
            return member.bin(code: code)
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

    /// Fills the words of a range of rows from the columns, where there are columns.
    func interleave(_ rows: Range<Int>) {
        guard let byteCodes else { return }
        for word in 0..<layout.wordCount {
            let target = wordAddress(word)
            let stride = wordStride(word)
            let columns = (word * 8)..<min(word * 8 + 8, layout.byteColumns.count)
            let first = byteCodes + columns.lowerBound * rowCount
            let rowCount = self.rowCount
            for row in rows {
                var value: UInt64 = 0
                for column in 0..<columns.count {
                    let code = UInt64(first[column &* rowCount &+ row])
                    value |= code &<< UInt64(8 &* column)
                }
                target[row &* stride] = value
            }
        }
    }
}
