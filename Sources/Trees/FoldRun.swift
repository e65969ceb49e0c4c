import Binning
import Models
import Objectives
import Threads

/// The training on one fold, round by round, and what its held-out rows say of it.
final class FoldRun {
    private let run: BoostingRun
    private let scores: ScoreBoard
    private let heldOut: TrainingRows
    private let objective: any Objective
    private let pool: ThreadPool
    private let evaluate: ([Double]) -> [Double]
    /// (rounds × metrics)
    private(set) var values: [[Double]] = []
    /// Whether no tree could be split any more.
    private(set) var isExhausted = false

    /// - Parameter labelled: the rows of `rows.train`, alive as long as the run.
    init(
        _ rows: FoldRows, labelled: LabelledRows, booster: GradientBooster,
        evaluate: @escaping ([Double]) -> [Double]
    ) {
        objective = booster.objective
        pool = booster.pool
        heldOut = rows.heldOut
        self.evaluate = evaluate
        run = BoostingRun(
            parameters: booster.parameters, objective: booster.objective,
            matrix: rows.train.matrix, rows: labelled, startScores: rows.train.startScores,
            baseScores: nil, pool: booster.pool,
            workingByteCountMax: booster.workingByteCountMax)
        scores = ScoreBoard(
            rowCount: heldOut.matrix.rowCount, baseScores: run.baseScores,
            startScores: heldOut.startScores)
    }

    var ensemble: TreeEnsemble {
        TreeEnsemble(
            outputCount: objective.outputCount, baseScores: run.baseScores, trees: run.trees)
    }

    /// Grows the trees of a round and measures. A fold without any tree is measured once.
    func step() {
        guard !isExhausted else { return }
        if let trees = run.growRound() {
            for (output, tree) in trees.enumerated() {
                scores.add(tree, to: output, over: heldOut.matrix, pool: pool)
            }
        } else {
            isExhausted = true
            guard values.isEmpty else { return }
        }
        var predictions = scores.values
        predictions.withUnsafeMutableBufferPointer { objective.transform($0) }
        values.append(evaluate(predictions))
    }

    /// The values after so many rounds.
    func values(after round: Int) -> [Double] { values[min(round, values.count) - 1] }
}
