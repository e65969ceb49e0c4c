import Evaluation
import Objectives
import Threads
import Trees

extension BoostedTraining {
    /// The first metric over the rows to validate on; nil without such rows.
    func validationMetric(_ metric: Metric) -> ValidationMetric? {
        guard let labels = data.validationLabels else { return nil }
        let template = EvaluatedRows(
            predictions: [], of: labels, classCount: objective.outputCount,
            levels: objectiveSpec.quantileLevels, parameters: EvaluationParameters(spec))
        return ValidationMetric(name: metric.name, isHigherBetter: metric.higherIsBetter) {
            predictions, _ in
            var rows = template
            rows.predictions = predictions
            // A metric that fails here is refused before training, by `TrainingData`.
            return (try? rows.values(of: [metric]))?[metric.name] ?? .nan
        }
    }

    var chosenMetrics: [Metric] {
        spec.metrics.isEmpty ? objectiveSpec.metrics : spec.metrics
    }

    func evaluate(
        _ model: BoostedModel, booster: GradientBooster, train: TrainingRows,
        validation: TrainingRows?, metrics: [Metric]
    ) async throws -> [String: [String: Double]] {
        let objective = objective
        let levels = objectiveSpec.quantileLevels
        let parameters = EvaluationParameters(spec)
        let sets = [
            ("train", train, data.train.values), ("valid", validation, data.validationLabels),
        ]
        return try await context.pool.perform {
            var results: [String: [String: Double]] = [:]
            for case (let name, let rows?, let labels?) in sets {
                let isTrain = name == "train"
                var scores =
                    try (isTrain ? model.bestTrainingScores : nil)
                    ?? booster.rawScores(
                        of: model.bestEnsemble, over: rows.matrix, startScores: rows.startScores)
                scores.withUnsafeMutableBufferPointer { objective.transform($0) }
                results[name] = try EvaluatedRows(
                    predictions: scores, of: labels, classCount: objective.outputCount,
                    levels: levels, parameters: parameters
                ).values(of: metrics)
            }
            return results
        }
    }
}
