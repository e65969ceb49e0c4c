import Columns
import Evaluation
import LinearModels
import Logging
import Models
import Predictions
import Shards
import Threads

/// Fits a ridge regression in one pass over the features.
struct LinearTraining {
    let spec: TrainSpec
    let lambdaL2: Double
    let data: TrainingData
    let context: JobContext

    func run(_ stopwatch: inout Stopwatch) async throws -> TrainedModel {
        var trainer = try RidgeTrainer(features: data.features, lambdaL2: lambdaL2)
        let features = data.features.features
        let encoders = features.map { FeatureEncoder($0) }
        let reader = try ShardReader(
            table: data.table, columns: data.features.names, store: context.store,
            pool: context.pool)
        var targets = RowTargets(data.rows)
        try await reader.read { batch in
            try context.shutdown.check()
            let (target, weights) = targets.next(batch.batch.rowCount)
            trainer = try await add(
                batch, target: target, weights: weights, encoders: encoders, to: trainer)
            context.progress(
                "training", batch.firstRow + batch.batch.rowCount, of: data.table.rowCount)
        }
        let fit = try await context.pool.perform { [trainer] in try trainer.solve() }
        for warning in fit.warnings {
            context.logger.warning("linear model", metadata: ["warning": "\(warning)"])
        }
        stopwatch.record("fit")
        var trained = TrainedModel(
            kind: .linear(fit.model), profiles: [], metrics: [:], iterations: 0,
            bestIteration: nil, importances: fit.model.importances(featureCount: features.count))
        trained.metrics = try await evaluate(fit.model)
        stopwatch.record("evaluate")
        return trained
    }

    private func add(
        _ batch: ShardBatch, target: [Double], weights: [Double], encoders: [FeatureEncoder],
        to trainer: RidgeTrainer
    ) async throws -> RidgeTrainer {
        let pool = context.pool
        return try await pool.perform {
            var trainer = trainer
            let columns = try pool.map(count: encoders.count) { feature, _ throws(ModelError) in
                try encoders[feature].prepare(batch.batch.columns[feature])
            }
            try target.withUnsafeBufferPointer { target throws(LinearModelError) in
                try weights.withUnsafeBufferPointer { weights throws(LinearModelError) in
                    try trainer.add(
                        columns: columns, target: target, weights: weights, pool: pool)
                }
            }
            return trainer
        }
    }

    /// The metrics of the finished model on every row that has a target.
    private func evaluate(_ model: LinearModel) async throws -> [String: [String: Double]] {
        let metrics = spec.metrics.isEmpty ? Metric.defaults(objective: "ridge") : spec.metrics
        let artifact = ModelArtifact(
            kind: .linear(model), algorithm: "linear", objective: "ridge",
            features: data.features,
            target: ModelTarget(name: spec.target, type: data.columns.target.type),
            provenance: Provenance(programVersion: "", trainRowCount: 0))
        var train = try await predictions(of: artifact, on: data.table, data.rows)
        var results: [String: [String: Double]] = [:]
        if let source = data.validation {
            train.validation = try await predictions(of: artifact, on: source.table, source.rows)
                .train
        }
        results["train"] = try LabelledPredictions(
            predictions: train.train, labels: data.rows.train.labels,
            weights: data.rows.train.weights, alpha: nil
        ).evaluate(metrics)
        if let labels = data.validationLabels {
            results["valid"] = try LabelledPredictions(
                predictions: train.validation, labels: labels.labels, weights: labels.weights,
                alpha: nil
            ).evaluate(metrics)
        }
        return results
    }

    private func predictions(
        of artifact: ModelArtifact, on table: ShardTable, _ rows: TargetPass.Rows
    ) async throws -> (train: [Double], validation: [Double]) {
        let predictor = try BatchPredictor(model: artifact)
        var results = (train: [Double](), validation: [Double]())
        let scoring = TableScoring(predictor: predictor, context: context)
        try await scoring.run(table) { batch, scored in
            for row in 0..<batch.batch.rowCount {
                switch rows.roles[batch.firstRow + row] {
                case .dropped, .calibration: break
                case .train: results.train.append(scored.prediction[row])
                case .validation: results.validation.append(scored.prediction[row])
                }
            }
        }
        return results
    }
}

/// The targets of a table's rows, in their order; rows that are not for training weigh nothing.
private struct RowTargets {
    private let rows: TargetPass.Rows
    private var row = 0
    private var trainRow = 0

    init(_ rows: TargetPass.Rows) { self.rows = rows }

    mutating func next(_ count: Int) -> (target: [Double], weights: [Double]) {
        var target = [Double](repeating: 0, count: count)
        var weights = [Double](repeating: 0, count: count)
        for index in 0..<count {
            if rows.roles[row] == .train {
                target[index] = Double(rows.train.labels[trainRow])
                weights[index] = rows.train.weights.map { Double($0[trainRow]) } ?? 1
                trainRow += 1
            }
            row += 1
        }
        return (target, weights)
    }
}
