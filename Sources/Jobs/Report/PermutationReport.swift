import Evaluation
import Reports

/// The permutation importance of every feature, as `evaluate` prints it.
package struct PermutationReport: Encodable, Sendable {
    package struct Feature: Encodable, Sendable {
        package let name: String
        /// What the metric loses: mean and deviation over the repetitions.
        package let loss: CrossValidationReport.Spread
    }

    /// How often each feature is permuted, every time in another order.
    static let repetitionCount = 5
    private static let barCountMax = 20
    private static let lineCountMax = 10

    package let metric: String
    /// Rows that were permuted.
    package let rows: Int
    package let repetitions: Int
    /// From the largest loss on.
    package let features: [Feature]

    /// - Parameter losses: (features × repetitions)
    init(metric: String, rows: Int, names: [String], losses: [[Double]]) {
        self.metric = metric
        self.rows = rows
        repetitions = losses.first?.count ?? 0
        let all = zip(names, losses).map {
            Feature(name: $0, loss: CrossValidationReport.Spread($1))
        }
        features = all.enumerated().sorted { first, second in
            let left = first.element.loss.mean.value ?? -.infinity
            let right = second.element.loss.mean.value ?? -.infinity
            return left == right ? first.offset < second.offset : left > right
        }.map(\.element)
    }

    var summary: [SummaryLine] {
        features.prefix(Self.lineCountMax).enumerated().map { index, feature in
            SummaryLine(
                index == 0 ? "loss of \(metric)" : "",
                "\(Self.text(feature.loss.mean) { SummaryLine.rounded($0) }) ± "
                    + "\(Self.text(feature.loss.std) { SummaryLine.rounded($0) })  \(feature.name)")
        }
    }

    var section: Report.Section {
        let bars = features.prefix(Self.barCountMax).compactMap { feature in
            feature.loss.mean.value.map {
                BarChart.Bar(feature.name, $0, text: NumberText.write($0, digits: 3))
            }
        }
        var items: [Report.Item] = []
        if let first = bars.first {
            items.append(
                .figure(
                    Figure(
                        "Importance by permutation",
                        description: "Loss of \(metric) on \(NumberText.write(rows)) rows, mean of "
                            + "\(repetitions) orders; largest for \(first.name).",
                        drawing: BarChart(bars))))
        }
        items.append(
            .table(
                ReportTable(
                    "Permutation importance of every feature",
                    titles: ["Feature", "Loss of \(metric)", "Deviation"],
                    rows: features.map { feature in
                        [
                            feature.name,
                            Self.text(feature.loss.mean) { NumberText.write($0, digits: 3) },
                            Self.text(feature.loss.std) { NumberText.write($0, digits: 3) },
                        ]
                    })))
        return Report.Section(
            "Permutation importance",
            lead: "What the metric loses on these rows when a feature's values are shuffled among "
                + "them: near 0 means that the model can do without it.", items: items)
    }

    private static func text(_ number: FiniteNumber, _ write: (Double) -> String) -> String {
        number.value.map(write) ?? "none"
    }
}
