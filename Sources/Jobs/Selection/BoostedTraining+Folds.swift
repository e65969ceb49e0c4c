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
            rows: rows.train, labels: data.train.values,
            folds: try RowFolds(
                count: folds.foldCount, rowCount: data.trainRowCount, unit: foldUnit,
                seed: spec.seed))
        return try await measure(source, memory: rows.memory)
    }

    /// Rows that belong together stay together; classes are spread evenly.
    var foldUnit: RowFolds.Unit {
        let labels = data.train.values
        if let groups = labels.groups ?? labels.queries { return .group(groups) }
        return spec.algorithm.isClassification ? .rowOfClass(labels.labels) : .row
    }

    /// - Parameters:
    ///   - memory: how the rows that the folds are taken from make do with it.
    ///   - share: of the rows that each fold learns from.
    ///   - stage: what progress calls this.
    func measure(
        _ source: FoldSource, memory: TrainingMemory, share: Double = 1,
        stage: String = "cross-validating"
    ) async throws -> CrossValidationReport {
        let layout = source.rows.matrix.layout
        let isTogether = trainsTogether(source, memory: memory)
        var training = FoldTraining(
            booster: GradientBooster(
                parameters: parameters, objective: objective, pool: context.pool,
                workingByteCountMax: context.memoryByteCountMax == nil
                    ? .max : foldWorkingByteCount(layout)),
            folds: source, metrics: chosenMetrics, watched: watchedMetrics,
            evaluation: EvaluationParameters(spec), context: context)
        training.share = share
        training.stage = stage
        return try await context.pool.perform { [training] in
            try training.run(isTogether: isTogether)
        }
    }

    /// Only where the mean may end the training early does it pay to have all folds in memory.
    private func trainsTogether(_ source: FoldSource, memory: TrainingMemory) -> Bool {
        guard parameters.earlyStoppingRound > 0, source.count > 1 else { return false }
        let ofFolds = source.count * foldByteCount(source.rows.matrix.layout)
        guard memory.heldByteCount + ofFolds > context.memoryByteCountMax ?? .max else {
            return true
        }
        context.logger.notice(
            "folds train one after the other, and do all rounds: memory does not hold all at once")
        return false
    }
}
