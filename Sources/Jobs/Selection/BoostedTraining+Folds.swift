import Binning
import Evaluation
import Logging
import Models
import Threads
import Trees

extension BoostedTraining {
    /// The metrics that are followed round by round: those that were named, or the one that decides.
    private var watchedMetrics: [Metric] {
        spec.metrics.isEmpty ? [chosenMetrics[0]] : spec.metrics
    }

    /// Trains on each fold, and finds the round with the best mean.
    func crossValidate(
        _ rows: PreparedRows, _ folds: CrossValidationSpec
    ) async throws -> CrossValidationReport {
        let source = FoldSource(
            rows: rows.train, labels: data.rows.train,
            folds: try RowFolds(
                count: folds.foldCount, rowCount: data.trainRowCount, unit: foldUnit,
                seed: spec.seed))
        return try await measure(source)
    }

    /// Rows that belong together stay together; classes are spread evenly.
    var foldUnit: RowFolds.Unit {
        if let groups = data.rows.train.groups ?? data.rows.train.queries { return .group(groups) }
        return spec.algorithm.isClassification ? .rowOfClass(data.rows.train.labels) : .row
    }

    /// - Parameters:
    ///   - share: of the rows that each fold learns from.
    ///   - stage: what progress calls this.
    func measure(
        _ source: FoldSource, share: Double = 1, stage: String = "cross-validating"
    ) async throws -> CrossValidationReport {
        let isTogether = try trainsTogether(source)
        var training = FoldTraining(
            booster: GradientBooster(
                parameters: parameters, objective: objective, pool: context.pool),
            folds: source, metrics: chosenMetrics, watched: watchedMetrics,
            evaluation: EvaluationParameters(spec), context: context)
        training.share = share
        training.stage = stage
        return try await context.pool.perform { [training] in
            try training.run(isTogether: isTogether)
        }
    }

    /// Only where the mean may end the training early does it pay to have all folds in memory.
    /// - Throws: `outOfMemory` when there is no room even for one.
    private func trainsTogether(_ source: FoldSource) throws(JobFailure) -> Bool {
        let one = memoryPlan(foldsAtOnce: 1)
        try one.check(context)
        guard parameters.earlyStoppingRound > 0, source.count > 1 else { return false }
        let limit = context.memoryByteCountMax ?? .max
        guard memoryPlan(foldsAtOnce: source.count).byteCount > limit else { return true }
        context.logger.notice(
            "folds train one after the other, and do all rounds: memory does not hold all at once")
        return false
    }

    /// Of a cross-validation with so many folds in memory at the same time.
    func memoryPlan(foldsAtOnce: Int) -> MemoryPlan {
        let working = WorkingMemory(
            rowCount: data.trainRowCount, layout: BinLayout(binCounts: binCountsMax),
            objective: objective, parameters: parameters,
            threadCount: context.pool.threadCount)
        return MemoryPlan(
            training: data, workingByteCount: working.byteCountMin, foldsAtOnce: foldsAtOnce)
    }
}
