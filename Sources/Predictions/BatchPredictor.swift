package import Columns
package import Models
package import Threads

/// Scores batches of rows with a model, or with three: the point and both ends of an interval.
///
/// Output columns, in order: the kept ones; `prediction` (double: the number, or the probability
/// of the second class, or the probability of the most likely class), or `prediction_0`,
/// `prediction_1`, … of a model of several targets; `prediction_lower` and
/// `prediction_upper` when bounds were given, or when the model is calibrated to an interval;
/// `prediction_q10` and so on of several quantiles, the one nearest the median being `prediction`;
/// `probability_<class>` or `raw_score_<class>`, and `predicted_class`, as asked; then the columns of
/// `RowExplainer`, which explain the first model. Bounds never cross: where they do they are
/// exchanged, and where the prediction lies outside the nearer bound moves to it; both are counted.
package struct BatchPredictor: Sendable {
    package let model: ModelArtifact
    package let lower: ModelArtifact?
    package let upper: ModelArtifact?
    package let options: PredictionOptions
    /// The models of the lower and the upper end: those given, or the model's own; or none.
    let bounds: [ModelArtifact]
    /// Models of equal features, which share the encoding of a block.
    let groups: [ScoringGroup]
    let explainer: RowExplainer?
    private let featureNames: [String]

    /// - Throws: `incompatible` when a bound is a classification or has another target;
    ///   `invalidParameter` when only one bound is given, a kept column is named twice or as one of
    ///   ours, or raw scores are asked for together with probabilities.
    package init(
        model: ModelArtifact, lower: ModelArtifact? = nil, upper: ModelArtifact? = nil,
        options: PredictionOptions = PredictionOptions()
    ) throws(ModelError) {
        self.model = model
        self.lower = lower
        self.upper = upper
        self.options = options
        let own = options.writesRawScore ? [] : model.boundModels
        bounds = lower == nil ? own : [lower, upper].compactMap { $0 }
        let models = [model] + bounds
        groups = ScoringGroup.groups(of: models)
        explainer = try RowExplainer(model, options: options)
        var seen: Set<String> = []
        featureNames = models.flatMap { $0.features.names }.filter { seen.insert($0).inserted }
        try checkBounds()
        try checkNames()
    }

    /// The columns that must be read: those of the models, then those that are kept.
    package var requiredColumns: [String] {
        featureNames + options.keptColumns.filter { !featureNames.contains($0) }
    }

    /// Those of the required columns that may come as codes of their numbers.
    package var codedColumns: Set<String> {
        Set(featureNames).subtracting(options.keptColumns)
    }

    /// The schema of the output for input of `schema`.
    /// - Throws: `incompatible` when the input does not fit the models or lacks a kept column.
    package func outputSchema(for schema: Schema) throws(ModelError) -> Schema {
        for group in groups { _ = try group.features.match(schema: schema) }
        var fields: [Field] = []
        for name in options.keptColumns {
            guard let field = schema[name] else {
                throw ModelError(
                    .incompatible, "The column to keep, `\(name)`, is missing from the data.",
                    context: ["column": name])
            }
            fields.append(field)
        }
        return Schema(fields + producedFields)
    }

    /// Predicts the rows of one batch, in their order.
    /// - Parameter work: done side by side with the scoring, once, also for a batch without rows.
    /// - Precondition: not inside a region of `pool`, which it enters.
    /// - Throws: `incompatible` as `outputSchema`.
    /// - Complexity: O(rows · trees · depth); the result does not depend on the pool.
    package func predict(
        _ batch: RecordBatch, pool: ThreadPool, alongside work: (@Sendable () -> Void)? = nil
    ) throws(ModelError) -> (batch: RecordBatch, counts: PredictionCounts) {
        let schema = try outputSchema(for: batch.schema)
        var counts = PredictionCounts()
        counts.rowCount = batch.rowCount
        var scores: [ColumnBuffer<Double>?] = [nil, nil, nil]
        var explanations: [ColumnValues] = []
        for group in groups {
            let isFirst = group.roles.contains(0)
            let result = try group.score(
                batch, explainer: isFirst ? explainer : nil, pool: pool,
                alongside: isFirst ? work : nil)
            if isFirst {
                explanations = result.explanations
                if !model.profiles.isEmpty { counts.observed = result.observed }
            }
            for (role, buffer) in zip(group.roles, result.scores) { scores[role] = buffer }
            // A column that several groups read has the same values: one count is the column's.
            for (name, feature) in zip(group.features.names, result.observed)
            where feature.profile.otherCount > 0 {
                counts.otherCounts[name] = max(
                    counts.otherCounts[name] ?? 0, feature.profile.otherCount)
            }
        }
        var columns: [Column] = []
        for name in options.keptColumns { if let column = batch[name] { columns.append(column) } }
        columns += produce(
            scores.compactMap { $0 }, rowCount: batch.rowCount, pool: pool, counts: &counts)
        columns += zip(explainer?.fields ?? [], explanations).map { Column(field: $0, values: $1) }
        return (RecordBatch(schema: schema, columns: columns, rowCount: batch.rowCount), counts)
    }
}
