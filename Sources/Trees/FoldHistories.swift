package import Models

/// What training on each fold has shown, round by round.
package struct FoldHistories: Sendable {
    /// (folds) every round's trees.
    package var ensembles: [TreeEnsemble]
    /// (folds × rounds × metrics); a fold whose trees could not be split any more stays at its last
    /// values.
    package var values: [[[Double]]]
    /// The round with the best mean of the first metric, counted from 1.
    package var bestIteration: Int
    /// Whether the caller asked to stop: then the rest is not complete.
    package var isInterrupted: Bool

    package var roundCount: Int { values.first?.count ?? 0 }

    /// (folds) the values of a metric after `round` rounds.
    package func values(of metric: Int, after round: Int) -> [Double] {
        values.map { $0[round - 1][metric] }
    }

    /// Makes all histories as long as the longest, and ends them where the mean has stopped
    /// improving.
    init(
        ensembles: [TreeEnsemble], values: [[[Double]]], isHigherBetter: Bool,
        parameters: BoostingParameters, isInterrupted: Bool
    ) {
        let longest = values.map(\.count).max() ?? 0
        var best = BestRound(isHigherBetter: isHigherBetter, parameters: parameters)
        var histories = [[[Double]]](repeating: [], count: values.count)
        for round in 0..<longest where !best.shouldStop(after: round) {
            for fold in values.indices {
                let own = values[fold]
                histories[fold].append(own.isEmpty ? [.nan] : own[min(round, own.count - 1)])
            }
            best.record(Self.mean(histories.map { $0[round][0] }))
        }
        self.ensembles = ensembles
        self.values = histories
        self.isInterrupted = isInterrupted
        bestIteration = best.bestIteration
    }

    /// In the order of the folds.
    static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }
}
