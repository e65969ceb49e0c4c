import Evaluation
import Models
import Predictions
import Reports
import Threads

/// Which features matter: by the gain of their splits, and by what the metric loses when a
/// feature's values are dealt to other rows.
struct ImportanceSection {
    let artifact: ModelArtifact
    let metric: Metric
    let sample: ReportSample
    /// Labels, weights and predictions of the sample's rows.
    let rows: ReportRows
    let seed: UInt64
    /// Whose leader calls `make`.
    let pool: ThreadPool

    /// Features with bars; the table holds all.
    private static let barCountMax = 20
    /// Features that are permuted, the most important by gain.
    private static let permutedCountMax = 30

    func make() -> Report.Section? {
        let importances = artifact.importances
        guard importances.count == artifact.features.termNames.count else { return nil }
        let order = importances.indices.sorted {
            (importances[$0].gain, $1) > (importances[$1].gain, $0)
        }
        let used = order.filter { importances[$0].gain > 0 }
        guard !used.isEmpty else { return nil }
        let total = importances.reduce(0) { $0 + $1.gain }
        let losses = PermutationImportance(
            artifact: artifact, metric: metric, sample: sample, rows: rows, seed: seed
        ).losses(of: Array(used.prefix(Self.permutedCountMax)), pool: pool)
        let names = artifact.features.termNames
        var items = [
            Report.Item.figure(gainFigure(used, total: total))
        ]
        let byLoss = losses.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        if !byLoss.isEmpty {
            items.append(.figure(permutationFigure(byLoss)))
        }
        let isLinear = if case .linear = artifact.kind { true } else { false }
        items.append(
            .table(
                ReportTable(
                    "Importance of every feature",
                    titles: [
                        "Feature", "Share of gain", isLinear ? "Terms" : "Splits",
                        "Loss of \(metric.name) when permuted",
                    ],
                    rows: order.map { feature in
                        [
                            names[feature],
                            NumberText.percent(importances[feature].gain / total),
                            NumberText.write(importances[feature].splitCount),
                            losses[feature].map { NumberText.write($0, digits: 3) } ?? "–",
                        ]
                    })))
        return Report.Section(
            "Feature importance",
            lead: (isLinear
                ? "The sizes of a feature's standardised coefficients. "
                : "Gain is what the splits on a feature took off the training loss. ")
                + "Permutation is what the metric loses when the feature's values are shuffled among the rows: "
                + "near 0 means that the model can do without it.", items: items)
    }

    private func gainFigure(_ used: [Int], total: Double) -> Figure {
        let names = artifact.features.termNames
        let bars = used.prefix(Self.barCountMax).map { feature in
            let share = artifact.importances[feature].gain / total
            return BarChart.Bar(names[feature], share, text: NumberText.percent(share))
        }
        let first = bars.first.map { "\($0.name) leads with \($0.text). " } ?? ""
        return Figure(
            "Importance by gain",
            description: first + "\(used.count) of \(names.count) features are used.",
            drawing: BarChart(bars))
    }

    private func permutationFigure(_ losses: [(key: Int, value: Double)]) -> Figure {
        let names = artifact.features.termNames
        let bars = losses.prefix(Self.barCountMax).map { feature, loss in
            BarChart.Bar(names[feature], loss, text: NumberText.write(loss, digits: 3))
        }
        return Figure(
            "Importance by permutation",
            description: "Loss of \(metric.name) on \(NumberText.write(sample.rowCount)) rows; "
                + "largest for \(bars[0].name).", drawing: BarChart(bars))
    }
}
