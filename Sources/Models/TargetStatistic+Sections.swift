extension FeatureSchema {
    /// The tables of all statistics, one behind the other.
    func appendStatistics(to sections: inout SectionWriter) {
        guard !statistics.isEmpty else { return }
        sections.append("statistic_cell", statistics.flatMap(\.cells))
        sections.append("statistic_value", statistics.flatMap(\.values))
    }

    /// - Throws: `outOfSpec` when the arrays' lengths do not agree; the values are checked by
    ///   `ModelArtifact.validate`.
    mutating func readStatistics(
        _ entries: [ModelHeader.StatisticEntry], from sections: inout SectionReader
    ) throws(ModelError) {
        guard !entries.isEmpty else { return }
        let cells = try sections.int32("statistic_cell")
        let values = try sections.double("statistic_value", count: cells.count)
        var start = 0
        for entry in entries {
            guard entry.cellCount >= 0, entry.cellCount <= cells.count - start else {
                throw ModelError(.outOfSpec, "a statistic has \(entry.cellCount) cells")
            }
            let range = start..<start + entry.cellCount
            statistics.append(
                TargetStatistic(
                    features: entry.features, classIndex: entry.classIndex, prior: entry.prior,
                    cells: Array(cells[range]), values: Array(values[range])))
            start = range.upperBound
        }
        guard start == cells.count else {
            throw ModelError(.outOfSpec, "there are cells past the last statistic")
        }
    }
}

extension ModelArtifact {
    /// - Throws: `outOfSpec` for a table that does not fit its features.
    func validateStatistics() throws(ModelError) {
        guard !features.statistics.isEmpty else { return }
        guard case .trees = kind else {
            throw ModelError(.outOfSpec, "only trees have statistics of categories")
        }
        for (index, statistic) in features.statistics.enumerated() {
            do {
                try statistic.validate(
                    codeCounts: features.features.map(\.codeCount), classCount: outputCount)
            } catch {
                throw ModelError(.outOfSpec, "statistic \(index): \(error.message)")
            }
        }
    }
}

extension TargetStatistic {
    /// - Parameter codeCounts: `Feature.codeCount` of each feature.
    fileprivate func validate(codeCounts: [Int], classCount: Int) throws(ModelError) {
        guard !features.isEmpty, zip(features, features.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw ModelError(.outOfSpec, "its features are none, or not in order")
        }
        var cellCount = 1
        for feature in features {
            guard codeCounts.indices.contains(feature), codeCounts[feature] > 0 else {
                throw ModelError(.outOfSpec, "feature \(feature) has no categories")
            }
            guard codeCounts[feature] <= Self.cellCountMax / cellCount else {
                throw ModelError(.outOfSpec, "it has more than \(Self.cellCountMax) cells")
            }
            cellCount *= codeCounts[feature]
        }
        if let classIndex {
            guard classCount > 1, (0..<classCount).contains(classIndex) else {
                throw ModelError(.outOfSpec, "class \(classIndex) of \(classCount)")
            }
        }
        guard prior.isFinite, values.count == cells.count, values.allSatisfy(\.isFinite) else {
            throw ModelError(.outOfSpec, "a value is not finite, or missing")
        }
        guard zip(cells, cells.dropFirst()).allSatisfy({ $0 < $1 }), cells.first ?? 0 >= 0,
            Int(cells.last ?? 0) < cellCount
        else { throw ModelError(.outOfSpec, "its cells are not in order, or out of range") }
    }
}
