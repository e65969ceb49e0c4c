import Binning
import Models
import Objectives
import Threads

extension GradientBooster {
    /// Trains on each fold and measures each round on the rows that the fold holds out.
    ///
    /// Folds that train together take turns round by round, and end together once the mean of the
    /// first metric stops improving: that costs the memory of all. One after the other they do all
    /// rounds. The result is the same. Blocks the calling thread and uses the pool's regions.
    /// - Parameters:
    ///   - isTogether: whether all folds are in memory at once.
    ///   - rows: the rows of a fold; called once for each.
    ///   - onRound: called after each round of the folds that train, with the rounds done and
    ///     those planned, over all folds; false ends all.
    /// - Throws: `invalidParameter`, `invalidData`.
    package func crossValidate(
        foldCount: Int, isTogether: Bool, metrics: FoldMetrics, rows: (Int) -> FoldRows,
        onRound: (_ done: Int, _ planned: Int) -> Bool = { _, _ in true }
    ) throws(TreesError) -> FoldHistories {
        precondition(foldCount > 0)
        let groups = isTogether ? [Array(0..<foldCount)] : (0..<foldCount).map { [$0] }
        let planned = foldCount * parameters.numIterations
        var ensembles: [TreeEnsemble] = []
        var values: [[[Double]]] = []
        var isInterrupted = false
        for group in groups where !isInterrupted {
            let folds = group.map(rows)
            for fold in folds { try validate(fold.train, validation: fold.heldOut) }
            let before = ensembles.count * parameters.numIterations
            withRuns(folds[...], first: group[0], metrics: metrics, []) { runs in
                isInterrupted = !grow(runs, isAll: isTogether, metrics: metrics) { round in
                    onRound(before + round * runs.count, planned)
                }
                ensembles += runs.map(\.ensemble)
                values += runs.map(\.values)
            }
        }
        return FoldHistories(
            ensembles: ensembles, values: values, isHigherBetter: metrics.isHigherBetter,
            parameters: parameters, isInterrupted: isInterrupted)
    }

    /// Opens a run for each fold, and calls `body` while the rows of all are alive.
    private func withRuns(
        _ folds: ArraySlice<FoldRows>, first: Int, metrics: FoldMetrics, _ opened: [FoldRun],
        _ body: ([FoldRun]) -> Void
    ) {
        guard let fold = folds.first else { return body(opened) }
        LabelledRows.with(
            labels: fold.train.labels, weights: fold.train.weights, queries: fold.train.queries
        ) { labelled in
            let number = first + opened.count
            let run = FoldRun(fold, labelled: labelled, booster: self) {
                metrics.evaluate($0, number)
            }
            withRuns(folds.dropFirst(), first: first, metrics: metrics, opened + [run], body)
        }
    }

    /// - Parameter isAll: whether these are all folds, whose mean may end the training.
    /// - Returns: false when the caller asked to stop.
    private func grow(
        _ runs: [FoldRun], isAll: Bool, metrics: FoldMetrics, onRound: (Int) -> Bool
    ) -> Bool {
        var best = BestRound(isHigherBetter: metrics.isHigherBetter, parameters: parameters)
        for round in 1...max(parameters.numIterations, 1) {
            if isAll, best.shouldStop(after: round - 1) { return true }
            for run in runs { run.step() }
            best.record(FoldHistories.mean(runs.map { $0.values(after: round)[0] }))
            guard onRound(round) else { return false }
            if runs.allSatisfy(\.isExhausted) { return true }
        }
        return true
    }
}
