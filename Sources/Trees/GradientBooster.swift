package import Binning
package import Models
package import Objectives
package import Threads

/// Gradient boosting of decision trees.
package struct GradientBooster: Sendable {
    package let parameters: BoostingParameters
    package let objective: any Objective
    private let pool: ThreadPool

    package init(parameters: BoostingParameters, objective: any Objective, pool: ThreadPool) {
        self.parameters = parameters
        self.objective = objective
        self.pool = pool
    }

    /// Grows trees until all rounds are done, validation stops improving or the caller says stop.
    ///
    /// Blocks the calling thread and uses the pool's regions: call it inside
    /// `ThreadPool.perform`. The model is the same for any number of threads.
    /// - Parameters:
    ///   - validation: binned with the features of `rows.matrix`.
    ///   - metric: needed with `validation`.
    ///   - resuming: a model that was interrupted, trained on the same rows with the same bins;
    ///     the result is then the one that an uninterrupted run would have given.
    ///   - onRound: called after each round on the calling thread; false ends training.
    /// - Throws: `invalidParameter`, `invalidData`.
    package func train(
        _ rows: TrainingRows, validation: TrainingRows? = nil, metric: ValidationMetric? = nil,
        resuming: BoostedModel? = nil, onRound: (RoundReport) -> Bool = { _ in true }
    ) throws(TreesError) -> BoostedModel {
        preconditionFailure("not written yet")
    }

    /// The raw scores of a model over binned rows, summed tree by tree from the base score.
    /// - Returns: (matrix.rowCount), or with several outputs (rowCount × outputCount).
    /// - Throws: `invalidParameter` when a threshold is not one of the matrix's cut points.
    package func rawScores(
        of ensemble: TreeEnsemble, over matrix: BinnedMatrix
    ) throws(TreesError) -> [Double] {
        preconditionFailure("not written yet")
    }
}
