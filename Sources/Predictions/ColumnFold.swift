import Models

/// Credits what explains the statistics of categories to the features that they are made of, in
/// equal parts: so that contributions of features still add up to the raw score.
struct ColumnFold: Sendable {
    let featureCount: Int
    let columnCount: Int
    /// (columnCount)
    private let sources: [[Int]]

    init(_ features: FeatureSchema) {
        featureCount = features.features.count
        columnCount = features.columnCount
        sources = (0..<features.columnCount).map { features.sources(ofColumn: $0) }
    }

    var isTrivial: Bool { columnCount == featureCount }

    /// Adds the columns of statistics to those of features.
    /// - Parameters:
    ///   - sums: (columnCount × stride), contributions column by column.
    ///   - rowCount: at most `stride`.
    func addContributions(
        _ sums: UnsafeMutableBufferPointer<Double>, rowCount: Int, stride: Int
    ) {
        for column in featureCount..<columnCount {
            let share = 1 / Double(sources[column].count)
            for feature in sources[column] {
                for row in 0..<rowCount {
                    sums[feature * stride + row] += share * sums[column * stride + row]
                }
            }
        }
    }

    /// Adds the interactions of columns to those of their features; what two columns have of the
    /// same feature is no interaction, and left to the diagonal.
    /// - Parameters:
    ///   - pairs: (columnCount · (columnCount + 1) / 2 × stride), the upper triangle row by row.
    ///   - folded: the same of the features, added to; its diagonal is left alone.
    func addPairs(
        _ pairs: UnsafeBufferPointer<Double>, to folded: UnsafeMutableBufferPointer<Double>,
        rowCount: Int, stride: Int
    ) {
        var pair = 0
        for first in 0..<columnCount {
            for second in first..<columnCount {
                defer { pair += 1 }
                guard first != second else { continue }
                let share = 1 / Double(sources[first].count * sources[second].count)
                for a in sources[first] {
                    for b in sources[second] where a != b {
                        let target = Self.index(a, b, of: featureCount) * stride
                        for row in 0..<rowCount {
                            folded[target + row] += share * pairs[pair * stride + row]
                        }
                    }
                }
            }
        }
    }

    /// The place of two columns in the upper triangle of `count` columns.
    static func index(_ a: Int, _ b: Int, of count: Int) -> Int {
        let (low, high) = (min(a, b), max(a, b))
        return low * count - low * (low + 1) / 2 + high
    }
}
