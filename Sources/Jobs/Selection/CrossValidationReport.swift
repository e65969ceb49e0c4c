import Evaluation
import Trees

/// What cross-validation has found, as `train` prints it.
package struct CrossValidationReport: Codable, Hashable, Sendable {
    package struct Fold: Codable, Hashable, Sendable {
        /// Rows learned from, and rows held out.
        package var rows: Int
        package var validRows: Int
        /// Of the rows held out, after the best round.
        package var metrics: [String: FiniteNumber]
    }

    /// Over the folds; the deviation is that of the folds themselves (divided by their number).
    package struct Spread: Codable, Hashable, Sendable {
        package var mean: FiniteNumber
        package var std: FiniteNumber

        init(_ values: [Double]) {
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            self.mean = FiniteNumber(mean)
            std = FiniteNumber((squares / Double(values.count)).squareRoot())
        }
    }

    /// (rounds)
    package struct History: Codable, Hashable, Sendable {
        package var mean: [FiniteNumber]
        package var std: [FiniteNumber]
    }

    /// The metric whose mean chose the round.
    package var metric: String
    package var bestIteration: Int
    /// After the best round.
    package var metrics: [String: Spread]
    package var folds: [Fold]
    /// By round, of the metrics that were followed.
    package var rounds: [String: History]

    /// - Parameters:
    ///   - watched: the metrics of `histories`.
    ///   - folds: with their metrics after the best round.
    init(_ histories: FoldHistories, watched: [Metric], folds: [Fold]) {
        metric = watched[0].name
        bestIteration = histories.bestIteration
        self.folds = folds
        metrics = Dictionary(
            uniqueKeysWithValues: (folds.first?.metrics.keys.sorted() ?? []).map { name in
                (name, Spread(folds.map { $0.metrics[name]?.value ?? .nan }))
            })
        rounds = Dictionary(
            watched.enumerated().map { index, metric in
                let spreads = (1...max(histories.roundCount, 1)).map {
                    Spread(histories.values(of: index, after: $0))
                }
                return (metric.name, History(mean: spreads.map(\.mean), std: spreads.map(\.std)))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The means after the best round, as a model's metrics.
    var means: [String: Double] { metrics.compactMapValues(\.mean.value) }

    /// The deciding metric after the best round.
    var best: Spread? { metrics[metric] }

    var summaryLine: SummaryLine {
        let texts = metrics.sorted { $0.key < $1.key }.map { name, spread in
            "\(name) \(Self.text(spread.mean)) ± \(Self.text(spread.std))"
        }
        return SummaryLine("\(folds.count) folds", texts.joined(separator: ", "))
    }

    private static func text(_ number: FiniteNumber) -> String {
        number.value.map { SummaryLine.rounded($0) } ?? "none"
    }
}
