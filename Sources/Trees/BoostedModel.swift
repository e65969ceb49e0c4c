package import Models

/// What boosting leaves behind, enough to predict with and to go on training from.
package struct BoostedModel: Hashable, Sendable {
    /// Why the last round was the last.
    package enum Ending: String, Hashable, Sendable {
        /// All rounds that were asked for.
        case completed
        /// The validation metric stopped improving.
        case stoppedEarly
        /// No leaf of any tree could be split any more.
        case nothingToSplit
        /// The caller asked to stop.
        case interrupted
    }

    /// Every round's trees, also those after the best round.
    package var ensemble: TreeEnsemble
    /// The round with the best validation metric, counted from 1; all rounds without one.
    package var bestIteration: Int
    /// (rounds) the validation metric after each; empty without validation rows.
    package var validationHistory: [Double]
    package var ending: Ending
    /// (rowCount × outputCount), row by row: what all trees give the training rows; nil of a model
    /// that was saved on the way.
    package var trainingScores: [Double]?

    package init(
        ensemble: TreeEnsemble, bestIteration: Int, validationHistory: [Double], ending: Ending,
        trainingScores: [Double]? = nil
    ) {
        self.ensemble = ensemble
        self.bestIteration = bestIteration
        self.validationHistory = validationHistory
        self.ending = ending
        self.trainingScores = trainingScores
    }

    /// (rowCount × outputCount), row by row: what the trees up to the best round give the training
    /// rows, where that is known.
    package var bestTrainingScores: [Double]? {
        bestIteration == ensemble.iterationCount ? trainingScores : nil
    }

    /// The trees up to the best round: what predicts.
    package var bestEnsemble: TreeEnsemble {
        var best = ensemble
        best.trees = Array(ensemble.trees.prefix(bestIteration * ensemble.outputCount))
        return best
    }
}
