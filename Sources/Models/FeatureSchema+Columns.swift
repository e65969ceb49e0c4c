/// The columns that trees read: the features, then the statistics.
extension FeatureSchema {
    package var columnCount: Int { features.count + statistics.count }

    /// Codes of a column of categories; 0 of a column of numbers.
    package func codeCount(ofColumn column: Int) -> Int {
        features.indices.contains(column) ? features[column].codeCount : 0
    }

    /// The features that a column is made of: itself, or those of its statistic.
    package func sources(ofColumn column: Int) -> [Int] {
        features.indices.contains(column) ? [column] : statistics[column - features.count].features
    }

    /// What people are told of as one: each feature, with the statistics of it alone, and each
    /// combination of several, in the order in which it first occurs.
    package var termNames: [String] {
        features.map(\.name)
            + crosses.map { cross in
                cross.map { features[$0].name }.joined(separator: "×")
            }
    }

    /// (columnCount) the index in `termNames` of each column.
    package var termOfColumn: [Int] {
        let crosses = crosses
        return (0..<columnCount).map { column in
            let sources = sources(ofColumn: column)
            guard sources.count > 1, let index = crosses.firstIndex(of: sources) else {
                return sources[0]
            }
            return features.count + index
        }
    }

    /// The features of each combination that has a statistic.
    package var crosses: [[Int]] {
        var seen: Set<[Int]> = []
        return statistics.map(\.features).filter { $0.count > 1 && seen.insert($0).inserted }
    }
}
