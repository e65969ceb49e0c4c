import Columns
import Models
import Predictions
import Reports

/// How far each feature moves the score of a row: Shapley values, averaged and row by row.
struct ContributionSection {
    let artifact: ModelArtifact
    let sample: ReportSample

    /// Rows that are explained, features that are drawn, and rows drawn for each.
    private static let rowCountMax = 1_000
    private static let featureCountMax = 12
    private static let dotCountMax = 300

    /// - Returns: nil for a model that cannot be explained: its trees record no rows, or it has
    ///   several outputs, of which no single one is the score.
    func make() -> Report.Section? {
        guard artifact.outputCount == 1, sample.rowCount > 0, sample.featureCount > 0,
            let contributions
        else { return nil }
        let names = artifact.features.names
        let sizes = names.indices.map { feature in
            contributions[feature].reduce(0) { $0 + abs($1) } / Double(rows.count)
        }
        let order = names.indices.filter { sizes[$0] > 0 }
            .sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        guard let first = order.first else { return nil }
        let shown = order.prefix(Self.featureCountMax)
        let unit = artifact.transform == .identity ? artifact.target.name : "raw score"
        let bars = BarChart(
            shown.map {
                BarChart.Bar(names[$0], sizes[$0], text: NumberText.write(sizes[$0], digits: 3))
            })
        let swarm = BeeswarmChart(
            xTitle: "contribution to \(unit)",
            strips: shown.map { strip($0, contributions: contributions[$0]) })
        return Report.Section(
            "Contributions",
            lead: "Shapley values: what each feature adds to a row's score, compared with the mean "
                + "row. They add up to the score.",
            items: [
                .figure(
                    Figure(
                        "Mean size of the contributions",
                        description: "\(names[first]) moves \(unit) most, by "
                            + "\(NumberText.write(sizes[first], digits: 3)) on average over "
                            + "\(NumberText.write(rows.count)) rows.",
                        drawing: bars,
                        table: ReportTable(
                            "Mean size of the contributions",
                            titles: ["Feature", "Mean |contribution|"],
                            rows: order.map { [names[$0], NumberText.write(sizes[$0])] }))),
                .figure(
                    Figure(
                        "Contributions row by row",
                        description: "One dot a row, \(NumberText.write(drawnRows.count)) rows. "
                            + "Blue dots have a low value of the feature, red ones a high value; "
                            + "grey ones have none, or categories.",
                        drawing: swarm)),
            ])
    }

    /// Rows of the sample, evenly spread.
    private var rows: [Int] {
        let count = min(sample.rowCount, Self.rowCountMax)
        return (0..<count).map { $0 * sample.rowCount / count }
    }

    /// Positions in `rows`, evenly spread.
    private var drawnRows: [Int] {
        let count = min(rows.count, Self.dotCountMax)
        return (0..<count).map { $0 * rows.count / count }
    }

    private func strip(_ feature: Int, contributions: [Double]) -> BeeswarmChart.Strip {
        let column = sample.column(feature)
        let values = rows.map { column[$0] }
        let isOrdered = artifact.features.features[feature].codeCount == 0
        let sorted = values.filter { !$0.isNaN }.sorted()
        let ranks = drawnRows.map { row -> Double? in
            guard isOrdered, !values[row].isNaN, sorted.count > 1 else { return nil }
            let below = sorted.partitioningIndex { $0 >= values[row] }
            return Double(below) / Double(sorted.count - 1)
        }
        return BeeswarmChart.Strip(
            artifact.features.names[feature],
            contributions: drawnRows.map { contributions[$0] }, ranks: ranks)
    }

    /// (features × rows); nil when the model cannot be explained.
    private var contributions: [[Double]]? {
        let blockRowCount = EnsembleScorer.blockRowCount
        let values = ColumnBuffer<Double>(
            repeating: 0, count: sample.featureCount * blockRowCount)
        let sums = ColumnBuffer<Double>(repeating: 0, count: sample.featureCount * blockRowCount)
        guard let explain = explanation else { return nil }
        let rows = rows
        var result = [[Double]](repeating: [], count: sample.featureCount)
        for start in stride(from: 0, to: rows.count, by: blockRowCount) {
            let count = min(blockRowCount, rows.count - start)
            sample.copy(count: count, to: values) { rows[start + $0] }
            sums.mutableElements.update(repeating: 0)
            explain(values.elements, count, sums.mutableElements)
            artifact.features.creditSources(
                of: sums.mutableElements, rowCount: count, stride: blockRowCount)
            for feature in artifact.features.features.indices {
                let first = feature * blockRowCount
                result[feature] += sums.elements[first..<first + count]
            }
        }
        return result
    }

    private typealias Explanation = (
        UnsafeBufferPointer<Double>, Int, UnsafeMutableBufferPointer<Double>
    ) -> Void

    private var explanation: Explanation? {
        switch artifact.kind {
        case .trees(let ensemble):
            guard
                let explainer = try? EnsembleExplainer(ensemble, features: artifact.features)
            else { return nil }
            let scratch = explainer.makeScratch()
            return { values, count, sums in
                explainer.addContributions(
                    output: 0, values: values, rowCount: count, scratch: scratch, to: sums)
            }
        case .linear(let model):
            let scorer = LinearScorer(model, features: artifact.features)
            return { values, count, sums in
                scorer.addContributions(output: 0, values: values, rowCount: count, to: sums)
            }
        }
    }
}

extension [Double] {
    /// The first index whose element satisfies `predicate`, where all behind it do too.
    fileprivate func partitioningIndex(_ predicate: (Double) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
