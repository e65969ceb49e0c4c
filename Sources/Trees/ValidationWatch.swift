import Binning
import Models
import Objectives
import Threads

/// Follows the validation metric from round to round and says when it no longer improves.
struct ValidationWatch {
    private let rows: TrainingRows
    private let metric: ValidationMetric
    private let objective: any Objective
    private let scores: ScoreBoard
    private let pool: ThreadPool
    /// Rounds before the first that is watched.
    private let firstRound: Int
    private var best: BestRound

    init(
        rows: TrainingRows, metric: ValidationMetric, objective: any Objective,
        baseScores: [Double], firstRound: Int, parameters: BoostingParameters, pool: ThreadPool
    ) {
        self.firstRound = firstRound
        self.rows = rows
        self.metric = metric
        self.objective = objective
        self.pool = pool
        best = BestRound(
            isHigherBetter: metric.isHigherBetter, firstRound: firstRound, parameters: parameters)
        scores = ScoreBoard(
            rowCount: rows.matrix.rowCount, baseScores: baseScores, startScores: rows.startScores)
    }

    /// (rounds since `firstRound`)
    var history: [Double] { best.history }
    /// Counted from 1; `firstRound` before the first one.
    var bestIteration: Int { best.bestIteration }

    /// Adds a round's trees, one for each output, and evaluates.
    mutating func add(_ trees: [BinnedTree]) {
        for (output, tree) in trees.enumerated() {
            scores.add(tree, to: output, over: rows.matrix, pool: pool)
        }
        var predictions = scores.values
        predictions.withUnsafeMutableBufferPointer { objective.transform($0) }
        best.record(metric.evaluate(predictions, rows))
    }

    /// Brings scores and history to where an interrupted run stood.
    mutating func resume(_ model: BoostedModel) throws(TreesError) {
        guard model.validationHistory.count + firstRound == model.ensemble.iterationCount else {
            throw TreesError(
                .invalidParameter,
                "The model to go on from was trained without these validation rows: it has "
                    + "\(model.ensemble.iterationCount) rounds and the metric of "
                    + "\(model.validationHistory.count).")
        }
        try add(model.ensemble)
        for value in model.validationHistory { best.record(value) }
    }

    /// Adds trees of rounds that are not watched.
    mutating func add(_ ensemble: TreeEnsemble) throws(TreesError) {
        for (index, tree) in ensemble.trees.enumerated() {
            try scores.add(
                BinnedTree(tree, matrix: rows.matrix), to: index % ensemble.outputCount,
                over: rows.matrix, pool: pool)
        }
    }

    /// Whether the best round lies too far back.
    func shouldStop(after iteration: Int) -> Bool { best.shouldStop(after: iteration) }
}
