import Columns
import Evaluation
import LinearModels
import Models
import ObjectStores
import Predictions
import Shards

extension LinearTraining {
    /// The metrics: those of the training rows from the sums alone, all others by scoring.
    func measure(
        _ fit: LinearFit, _ trained: inout TrainedModel, _ facts: inout TrainingFacts,
        _ pass: LinearPass
    ) async throws {
        if let loss = fit.trainLoss {
            trained.metrics["train"] = [parameters.isClassification ? "logloss" : "loss": loss]
        } else {
            trained.metrics["train"] = ["rmse": fit.trainRMSE, "r2": fit.trainR2]
        }
        let hasOwn = facts.validationTable != nil
        guard hasOwn || spec.validFraction > 0 || !spec.metrics.isEmpty else { return }
        let objective = parameters.objective.rawValue
        let metrics = spec.metrics.isEmpty ? Metric.defaults(objective: objective) : spec.metrics
        let artifact = ModelArtifact(
            kind: trained.kind, algorithm: "linear", objective: objective,
            transform: parameters.transform, features: facts.features,
            target: ModelTarget(
                name: spec.target, type: facts.columns.target.type,
                classLabels: facts.target.classLabels),
            provenance: Provenance(programVersion: "", trainRowCount: 0))
        var roles: Set<RowRoles.Role> = []
        if !spec.metrics.isEmpty { roles.insert(.train) }
        if spec.validFraction > 0 { roles.insert(.validation) }
        var rows: [RowRoles.Role: EvaluatedRows] = [:]
        if !roles.isEmpty {
            var none: TrainingSample?
            rows = try await score(artifact, facts.table, facts.target, sample: &none) { row in
                let role = pass.split.role(row: row)
                return roles.contains(role) ? role : nil
            }
        }
        if let table = facts.validationTable {
            var sample = sample(facts.features, rowCount: table.rowCount)
            rows[.validation] =
                try await score(artifact, table, facts.target, sample: &sample) { _ in
                    .validation
                }[.validation]
            trained.rows?.validation = sample
        }
        if hasOwn || spec.validFraction > 0 {
            facts.validRowCount = rows[.validation]?.count ?? 0
            guard facts.validRowCount > 0 else {
                throw JobFailure(
                    .dataInvalid, "No row with a target is left to validate on.",
                    place: .init(column: spec.target),
                    remedy: "Raise --valid-fraction, or give other --valid-data.")
            }
        }
        for (role, name) in [(RowRoles.Role.train, "train"), (.validation, "valid")] {
            guard let rows = rows[role] else { continue }
            let values = try rows.values(of: metrics)
            trained.metrics[name] = values
        }
    }

    /// Labels and predictions of the rows that `role` names.
    /// - Parameter sample: where rows for the report go, if any are wanted.
    private func score(
        _ artifact: ModelArtifact, _ table: ShardTable, _ target: TargetEncoder,
        sample: inout TrainingSample?, role: (Int) -> RowRoles.Role?
    ) async throws -> [RowRoles.Role: EvaluatedRows] {
        let predictor = try BatchPredictor(
            model: artifact,
            options: PredictionOptions(writesProbabilities: artifact.outputCount > 1))
        var scoring = TableScoring(predictor: predictor, context: context)
        scoring.extraColumns = [spec.target] + [spec.weight].compactMap { $0 }
        let names =
            artifact.outputCount == 1
            ? ["prediction"] : artifact.target.classLabels.map { "probability_" + $0 }
        var rows: [RowRoles.Role: EvaluatedRows] = [:]
        let encoders = artifact.features.features.map { FeatureEncoder($0) }
        try await scoring.run(table) { batch, scored in
            var place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: spec.target)
            guard let column = batch.batch[spec.target] else { return }
            let labels = try target.values(column, place: place)
            var weights: [Double]?
            if let name = spec.weight, let column = batch.batch[name] {
                place.column = name
                weights = try WeightColumn.values(column, place: place)
            }
            if sample != nil {
                let columns = try encoders.compactMap { encoder in
                    try batch.batch[encoder.feature.name].map { try encoder.prepare($0) }
                }
                sample?.add(columns, targets: labels, weights: weights ?? [], at: batch.firstRow)
            }
            let predictions = names.compactMap { scored.doubles($0) }
            for (row, label) in labels.enumerated() where !label.isNaN {
                guard let role = role(batch.firstRow + row) else { continue }
                rows[role, default: EvaluatedRows()].labels.append(label)
                rows[role]?.classCount = names.count
                for column in predictions { rows[role]?.predictions.append(column[row]) }
                if let weights { rows[role]?.weights.append(weights[row]) }
            }
        }
        return rows
    }
}
