import Columns
import Predictions

/// The encoded features of some rows, evenly spread over all, kept for the report.
///
/// A row's place in the sample depends on its position alone, so blocks may be added by any
/// thread in any order.
struct ReportSample: Sendable {
    static let rowCountMax = 10_000
    /// Wide tables keep fewer rows.
    static let byteCountMax = 32 << 20

    let featureCount: Int
    /// Rows of the whole that the sample stands for.
    let populationCount: Int
    let rowCount: Int
    /// (featureCount × rowCount), feature by feature; see `FeatureEncoder`.
    let values: ColumnBuffer<Double>

    init(featureCount: Int, populationCount: Int, rowCountMax: Int = Self.rowCountMax) {
        let affordable = Self.byteCountMax / 8 / max(featureCount, 1)
        self.init(
            featureCount: featureCount, populationCount: populationCount,
            rowCount: min(populationCount, rowCountMax, max(affordable, 100)))
    }

    private init(featureCount: Int, populationCount: Int, rowCount: Int) {
        self.featureCount = featureCount
        self.populationCount = populationCount
        self.rowCount = rowCount
        values = ColumnBuffer(repeating: .nan, count: max(featureCount * rowCount, 1))
    }

    /// Some rows of the sample, copied; what they stand for is for the caller to say.
    func rows(_ chosen: [Int], populationCount: Int) -> ReportSample {
        let result = ReportSample(
            featureCount: featureCount, populationCount: populationCount, rowCount: chosen.count)
        for feature in 0..<featureCount {
            let source = column(feature)
            for (place, index) in chosen.enumerated() {
                result.values.mutableElements[feature * chosen.count + place] = source[index]
            }
        }
        return result
    }

    /// The sample's rows among `count` of all rows from `first` on.
    func indices(from first: Int, count: Int) -> Range<Int> {
        indexOfFirst(from: first)..<indexOfFirst(from: first + count)
    }

    private init(_ sample: ReportSample, columnCount: Int) {
        featureCount = columnCount
        populationCount = sample.populationCount
        rowCount = sample.rowCount
        values = ColumnBuffer(repeating: .nan, count: max(columnCount * rowCount, 1))
        _ = values.mutableElements.update(fromContentsOf: sample.values.elements)
    }

    /// The same rows with room for further columns: statistics of the features.
    func widened(by columnCount: Int) -> ReportSample {
        columnCount == 0 ? self : ReportSample(self, columnCount: featureCount + columnCount)
    }

    /// The position among all rows of row `index` of the sample.
    func position(_ index: Int) -> Int {
        // In 128 bits: counts of 2^40 rows times 10,000 do not fit 63.
        let product = index.multipliedFullWidth(by: populationCount)
        return rowCount.dividingFullWidth(product).quotient
    }

    /// Keeps what the sample wants of a block of a feature's values.
    /// - Parameter first: the position of the block's first row.
    func add(feature: Int, values block: UnsafeBufferPointer<Double>, at first: Int) {
        guard rowCount > 0, !block.isEmpty else { return }
        var index = indexOfFirst(from: first)
        while index < rowCount {
            let offset = position(index) - first
            guard offset < block.count else { return }
            values.mutableElements[feature * rowCount + index] = block[offset]
            index += 1
        }
    }

    /// The values of one feature, in the order of the sample.
    func column(_ feature: Int) -> UnsafeBufferPointer<Double> {
        UnsafeBufferPointer(
            rebasing: values.elements[feature * rowCount..<(feature + 1) * rowCount])
    }

    /// Copies rows into a block, as scorers want it.
    /// - Parameters:
    ///   - block: (featureCount × `EnsembleScorer.blockRowCount`), feature by feature.
    ///   - row: the row of the sample that stands at a place of the block.
    func copy(count: Int, to block: ColumnBuffer<Double>, row: (_ place: Int) -> Int) {
        let target = block.mutableElements
        for feature in 0..<featureCount {
            let source = column(feature)
            let start = feature * EnsembleScorer.blockRowCount
            for place in 0..<count { target[start + place] = source[row(place)] }
        }
    }

    /// Picks the sample's rows out of something that all rows have.
    func pick<Element>(_ all: [Element]) -> [Element] {
        precondition(all.count == populationCount)
        return (0..<rowCount).map { all[position($0)] }
    }

    /// The first row of the sample whose position is not before `position`.
    private func indexOfFirst(from target: Int) -> Int {
        var low = 0
        var high = rowCount
        while low < high {
            let middle = (low + high) / 2
            if position(middle) < target { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
