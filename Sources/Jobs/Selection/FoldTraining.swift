import Binning
import Evaluation
import Models
import Objectives
import Threads
import Trees

/// Trains with one set of parameters on every fold of the rows, and measures on what it holds out.
struct FoldTraining: Sendable {
    let booster: GradientBooster
    let folds: FoldSource
    /// Reported after the best round; the first decides.
    let metrics: [Metric]
    /// Followed round by round: some of `metrics`, the first among them.
    let watched: [Metric]
    let evaluation: EvaluationParameters
    let context: JobContext
    /// Of the rows to learn from.
    var share = 1.0
    /// What progress calls this.
    var stage = "cross-validating"

    /// Blocks the calling thread; enters regions of the pool.
    /// - Parameter isTogether: see `GradientBooster.crossValidate`.
    /// - Throws: `interrupted`; `dataInvalid` when the deciding metric cannot be computed.
    func run(isTogether: Bool) throws -> CrossValidationReport {
        let templates = (0..<folds.count).map { fold in
            EvaluatedRows(
                predictions: [], of: folds.labels(heldOutBy: fold),
                classCount: booster.objective.outputCount, parameters: evaluation)
        }
        let watched = watched
        let follow = FoldMetrics(isHigherBetter: metrics[0].higherIsBetter) { predictions, fold in
            var rows = templates[fold]
            rows.predictions = predictions
            let values = (try? rows.values(of: watched)) ?? [:]
            return watched.map { values[$0.name] ?? .nan }
        }
        var sizes = [Int](repeating: 0, count: folds.count)
        let histories = try booster.crossValidate(
            foldCount: folds.count, isTogether: isTogether, metrics: follow,
            rows: { fold in
                let rows = folds.rows(of: fold, share: share, pool: context.pool)
                sizes[fold] = rows.train.labels.count
                return rows
            },
            onRound: { done, planned in
                context.progress(stage, done, of: planned)
                return !context.shutdown.isRequested
            })
        try context.shutdown.check()
        if histories.isInterrupted { throw CancellationError() }
        let reports = try (0..<folds.count).map { fold in
            CrossValidationReport.Fold(
                rows: sizes[fold], validRows: templates[fold].count,
                metrics: try measured(fold, histories, templates[fold]))
        }
        let report = CrossValidationReport(histories, watched: watched, folds: reports)
        if let fold = reports.firstIndex(where: { $0.metrics[report.metric]?.value == nil }) {
            throw JobFailure(
                .dataInvalid,
                "The metric '\(report.metric)' has no value on the rows that fold \(fold + 1) of "
                    + "\(folds.count) holds out.",
                remedy: "Choose another --metric, fewer folds, or give more rows.")
        }
        return report
    }

    /// All metrics of a fold's held-out rows after the best round.
    private func measured(
        _ fold: Int, _ histories: FoldHistories, _ template: EvaluatedRows
    ) throws -> [String: FiniteNumber] {
        if watched == metrics {
            return Dictionary(
                watched.enumerated().map { index, metric in
                    let values = histories.values(of: index, after: histories.bestIteration)
                    return (metric.name, FiniteNumber(values[fold]))
                }, uniquingKeysWith: { first, _ in first })
        }
        var best = histories.ensembles[fold]
        best.trees = Array(best.trees.prefix(histories.bestIteration * best.outputCount))
        let heldOut = folds.heldOut(by: fold, pool: context.pool)
        var rows = template
        rows.predictions = try booster.rawScores(
            of: best, over: heldOut.matrix, startScores: heldOut.startScores)
        rows.predictions.withUnsafeMutableBufferPointer { booster.objective.transform($0) }
        return try rows.evaluate(metrics)
    }
}
