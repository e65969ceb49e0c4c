package import Binning
package import Models
package import Objectives
package import Threads

/// Gradient boosting of decision trees.
package struct GradientBooster: Sendable {
    package let parameters: BoostingParameters
    package let objective: any Objective
    let pool: ThreadPool
    let workingByteCountMax: Int

    /// - Parameter workingByteCountMax: bytes beyond which rows of small nodes are no longer moved
    ///   together, which is faster, and buffers are not kept to be used again. What trees need
    ///   anyway may take more (see `WorkingMemory`). The model does not depend on it.
    package init(
        parameters: BoostingParameters, objective: any Objective, pool: ThreadPool,
        workingByteCountMax: Int = .max
    ) {
        self.parameters = parameters
        self.objective = objective
        self.pool = pool
        self.workingByteCountMax = workingByteCountMax
    }

    /// Grows trees until all rounds are done, validation stops improving or the caller says stop.
    ///
    /// Blocks the calling thread and uses the pool's regions: call it inside
    /// `ThreadPool.perform`. The model is the same for any number of threads.
    /// - Parameters:
    ///   - validation: binned with the features of `rows.matrix`.
    ///   - metric: needed with `validation`.
    ///   - initial: a model to go on from, whose splits are rules on the bins of `rows` (see
    ///     `TreeEnsemble.extending`); its rounds come first in the result and count, for
    ///     schedules and random choices, as those of one run. `numIterations` are added.
    ///   - resuming: a model that was interrupted, trained on the same rows with the same bins;
    ///     the result is then the one that an uninterrupted run would have given.
    ///   - snapshots: when the model so far is wanted, to go on from later.
    ///   - onRound: called after each round on the calling thread; false ends training.
    /// - Throws: `invalidParameter`, `invalidData`.
    package func train(
        _ rows: TrainingRows, validation: TrainingRows? = nil, metric: ValidationMetric? = nil,
        initial: TreeEnsemble? = nil, resuming: BoostedModel? = nil,
        snapshots: SnapshotSchedule? = nil,
        onRound: (RoundReport) -> Bool = { _ in true }
    ) throws(TreesError) -> BoostedModel {
        try validate(rows, validation: validation)
        precondition(validation == nil || metric != nil, "validation rows need a metric")
        let result = LabelledRows.with(
            labels: rows.labels, weights: rows.weights, queries: rows.queries
        ) { labelled in
            Result { () throws(TreesError) in
                try train(
                    rows, labelled, validation: validation, metric: metric, initial: initial,
                    resuming: resuming, snapshots: snapshots, onRound: onRound)
            }
        }
        return try result.get()
    }

    /// The raw scores of a model over binned rows, summed tree by tree.
    /// - Parameter startScores: what to start from in place of the base scores; row by row.
    /// - Returns: (matrix.rowCount × outputCount), row by row.
    /// - Throws: `invalidParameter` when a threshold is not one of the matrix's cut points.
    package func rawScores(
        of ensemble: TreeEnsemble, over matrix: BinnedMatrix, startScores: [Double]? = nil
    ) throws(TreesError) -> [Double] {
        let scores = ScoreBoard(
            rowCount: matrix.rowCount, baseScores: ensemble.baseScores, startScores: startScores)
        for (index, tree) in ensemble.trees.enumerated() {
            try scores.add(
                BinnedTree(tree, matrix: matrix), to: index % ensemble.outputCount, over: matrix,
                pool: pool)
        }
        return scores.values
    }

    private func train(
        _ training: TrainingRows, _ rows: LabelledRows, validation: TrainingRows?,
        metric: ValidationMetric?, initial: TreeEnsemble?, resuming: BoostedModel?,
        snapshots: SnapshotSchedule?,
        onRound: (RoundReport) -> Bool
    ) throws(TreesError) -> BoostedModel {
        let run = BoostingRun(
            parameters: parameters, objective: objective, matrix: training.matrix, rows: rows,
            startScores: training.startScores, baseScores: initial?.baseScores, pool: pool,
            workingByteCountMax: workingByteCountMax)
        let initialCount = initial?.iterationCount ?? 0
        let iterationCountMax = initialCount + parameters.numIterations
        var watch: ValidationWatch?
        if let validation, let metric {
            watch = ValidationWatch(
                rows: validation, metric: metric, objective: objective,
                baseScores: run.baseScores, firstRound: initialCount, parameters: parameters,
                pool: pool)
        }
        if let resuming {
            guard resuming.ensemble.baseScores == run.baseScores else {
                throw TreesError(
                    .invalidParameter,
                    "The model to go on from starts at another score than these rows give. Go on "
                        + "training only with the data and the objective that it was begun with.")
            }
            try run.resume(resuming.ensemble.trees)
            try watch?.resume(resuming)
        } else if let initial {
            try run.resume(initial.trees)
            try watch?.add(initial)
        }
        func model(
            _ ending: BoostedModel.Ending, isFinal: Bool = true
        ) -> BoostedModel {
            BoostedModel(
                ensemble: TreeEnsemble(
                    outputCount: objective.outputCount, baseScores: run.baseScores,
                    trees: run.trees),
                bestIteration: watch?.bestIteration ?? run.iterationCount,
                validationHistory: watch?.history ?? [], ending: ending,
                trainingScores: isFinal ? run.scoresByRow : nil)
        }
        while run.iterationCount < iterationCountMax {
            if watch?.shouldStop(after: run.iterationCount) ?? false {
                return model(.stoppedEarly)
            }
            guard let trees = run.growRound() else {
                return model(.nothingToSplit)
            }
            watch?.add(trees)
            let iteration = run.iterationCount
            let report = RoundReport(
                iteration: iteration, iterationCountMax: iterationCountMax,
                validationMetric: watch?.history.last,
                bestIteration: watch?.bestIteration ?? iteration,
                leafCount: run.trees.suffix(trees.count).reduce(0) { $0 + $1.leafValues.count })
            guard onRound(report) else {
                return model(.interrupted)
            }
            if let snapshots, snapshots.isDue(report) {
                snapshots.take(model(.interrupted, isFinal: false))
            }
        }
        return model(.completed)
    }

    /// - Throws: `invalidParameter`, `invalidData`.
    func validate(
        _ rows: TrainingRows, validation: TrainingRows?
    ) throws(TreesError) {
        try parameters.validate()
        do throws(ObjectiveError) { try objective.validate() } catch {
            throw TreesError(.invalidParameter, error.message)
        }
        try rows.validate(for: objective, purpose: "training")
        guard rows.matrix.usableFeatureCount > 0 else {
            throw TreesError(
                .invalidData,
                "None of the \(rows.matrix.features.count) features can be split: each has the "
                    + "same value in all rows, or too few rows with another. Add features.")
        }
        if let validation {
            precondition(validation.matrix.features == rows.matrix.features, "the same bins")
            try validation.validate(for: objective, purpose: "validation")
        }
    }
}
