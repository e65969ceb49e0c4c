import Columns
package import Evaluation
import Models
package import ObjectStores
import Predictions
import Shards
import Threads

/// What `evaluate` is asked to do, checked.
package struct EvaluateSpec: Sendable {
    package let model: ObjectURL
    package let lowerModel: ObjectURL?
    package let upperModel: ObjectURL?
    package let data: [ObjectURL]
    /// nil: the model's own target.
    package let target: String?
    package let weight: String?
    /// Empty: those of the model's objective.
    package let metrics: [Metric]
    package let alpha: Double?

    package init(_ values: JobValues) throws {
        model = try ObjectURL(parsing: try values.requiredText("model"))
        (lowerModel, upperModel) = try values.intervalModels()
        data = try values.urls("data")
        target = try values.text("target")
        weight = try values.text("weight")
        metrics = try values.metrics()
        alpha = try values.optionalNumber("alpha")
    }
}

/// `evaluate`: shards with a known target and a model in, metrics out.
package struct EvaluateJob: Sendable {
    package let spec: EvaluateSpec
    package let context: JobContext

    package init(spec: EvaluateSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> EvaluateResult {
        var stopwatch = Stopwatch()
        let predictor = try await BatchPredictor.load(
            model: spec.model, lower: spec.lowerModel, upper: spec.upperModel,
            from: context.store)
        let manifest = try await ShardManifest.resolve(spec.data, in: context.store)
        let table = try await ShardTable.open(manifest, in: context.store)
        stopwatch.record("open")
        let rows = try await score(table, predictor)
        stopwatch.record("score")
        let metrics = try await evaluate(rows, model: predictor.model)
        stopwatch.record("evaluate")
        return EvaluateResult(
            rows: rows.labels.count, droppedRows: table.rowCount - rows.labels.count,
            metrics: metrics, seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount,
            shardCount: table.shards.count)
    }

    /// Everything that metrics need, of the rows that have a target.
    private struct Rows: Sendable {
        var predictions: [Double] = []
        var labels: [Double] = []
        var weights: [Double] = []
        var lower: [Double] = []
        var upper: [Double] = []
    }

    private func score(_ table: ShardTable, _ predictor: BatchPredictor) async throws -> Rows {
        let model = predictor.model
        let targetName = spec.target ?? model.target.name
        guard let field = table.schema[targetName] else {
            throw table.missingColumn(targetName)
        }
        if let weight = spec.weight, table.schema[weight] == nil {
            throw table.missingColumn(weight)
        }
        let isClassification = !model.target.classLabels.isEmpty
        let encoder = try TargetEncoder(
            field: field, isClassification: isClassification,
            classes: isClassification && field.type == .string ? model.target.classLabels : nil)
        var scoring = TableScoring(predictor: predictor, context: context)
        scoring.extraColumns =
            [targetName] + [spec.weight].compactMap { $0 }.filter { $0 != targetName }
        var rows = Rows()
        try await scoring.run(table) { batch, scored in
            var place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: targetName)
            guard let target = batch.batch[targetName] else { return }
            let labels = try encoder.encode(target, place: place)
            var weights: [Double]?
            if let name = spec.weight, let column = batch.batch[name] {
                place.column = name
                weights = try WeightColumn.values(column, place: place)
            }
            let lower = scored.doubles("prediction_lower")
            let upper = scored.doubles("prediction_upper")
            for (row, label) in labels.enumerated() {
                guard let label else { continue }
                rows.labels.append(Double(label))
                rows.predictions.append(scored.prediction[row])
                if let weights { rows.weights.append(weights[row]) }
                if let lower { rows.lower.append(lower[row]) }
                if let upper { rows.upper.append(upper[row]) }
            }
        }
        guard !rows.labels.isEmpty else {
            throw JobFailure(
                .dataInvalid,
                table.rowCount == 0
                    ? "The shards hold no rows."
                    : "The target is null in all \(table.rowCount) rows.",
                place: .init(object: table.shards[0].url.description, column: targetName))
        }
        return rows
    }

    private func evaluate(
        _ rows: Rows, model: ModelArtifact
    ) async throws -> [String: FiniteNumber] {
        var metrics = spec.metrics
        if metrics.isEmpty {
            metrics = Metric.defaults(objective: model.objective)
            if !rows.lower.isEmpty { metrics.append(.coverage) }
        }
        let alpha = spec.alpha ?? model.alpha
        let chosen = metrics
        let values = try await context.pool.perform {
            try rows.predictions.withUnsafeBufferPointer { predictions in
                try rows.labels.withUnsafeBufferPointer { labels in
                    try rows.weights.withUnsafeBufferPointer { weights in
                        try rows.lower.withUnsafeBufferPointer { lower in
                            try rows.upper.withUnsafeBufferPointer { upper in
                                try Metric.evaluate(
                                    chosen,
                                    on: ScoredRows(
                                        predictions: predictions, labels: labels,
                                        weights: weights.isEmpty ? nil : weights,
                                        lower: lower.isEmpty ? nil : lower,
                                        upper: upper.isEmpty ? nil : upper, alpha: alpha))
                            }
                        }
                    }
                }
            }
        }
        return Dictionary(
            values.map { ($0.name, FiniteNumber($0.value)) }, uniquingKeysWith: { a, _ in a })
    }
}

/// What `evaluate` prints.
package struct EvaluateResult: JobResult {
    package var command = "evaluate"
    package var rows: Int
    /// Rows left out because their target is null.
    package var droppedRows: Int
    package var metrics: [String: FiniteNumber]
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var shardCount: Int

    package var commit: CommitReference? { nil }
    package var rowsIn: Int { rows + droppedRows }
    package var rowsOut: Int { rows }
    package var rowsQuarantined: Int { droppedRows }

    package var summary: [SummaryLine] {
        let values = metrics.sorted { $0.key < $1.key }.map { name, value in
            SummaryLine(name, value.value.map { SummaryLine.rounded($0) } ?? "none")
        }
        return [SummaryLine("rows", "\(rows) measured, \(droppedRows) dropped")] + values
            + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
