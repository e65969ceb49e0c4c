import Columns
import Evaluation
import Models
import Predictions
import Shards
import Threads

extension EvaluateJob {
    /// Reads the features of some evenly spread rows once more, and deals them out anew.
    /// - Parameter roles: `train` for the rows of `rows`.
    /// - Throws: `configInvalid` for a metric that is about whole queries.
    func permutationImportance(
        of table: ShardTable, roles: RowRoles, rows: EvaluatedRows, model: ModelArtifact
    ) async throws -> PermutationReport {
        let metric = spec.metrics.first ?? Metric.defaults(objective: model.objective)[0]
        guard !metric.isRanking, metric != .coverage else {
            throw JobFailure(
                .configInvalid,
                "There is no permutation importance by the metric '\(metric.name)'.",
                remedy: "Put another --metric first, or leave --permutation-importance out.")
        }
        let sample = try await sample(of: table, roles: roles, rowCount: rows.count, model: model)
        let scorer = SampleScorer(model)
        let sampled = ReportRows(
            predictions: [], labels: sample.pick(rows.labels),
            weights: rows.weights.isEmpty ? nil : sample.pick(rows.weights),
            classCount: model.outputCount, parameters: rows.parameters,
            populationCount: rows.count)
        let pool = context.pool
        let losses = try await pool.perform { [sampled] in
            var judged = sampled
            judged.predictions = scorer.rawScores(of: sample)
            judged.predictions.withUnsafeMutableBufferPointer {
                model.transform.apply(to: $0, outputCount: scorer.outputCount)
            }
            return PermutationImportance(
                artifact: model, metric: metric, sample: sample, rows: judged, seed: 0
            ).losses(repetitions: PermutationReport.repetitionCount, pool: pool)
        }
        return PermutationReport(
            metric: metric.name, rows: sample.rowCount, names: model.features.termNames,
            losses: losses)
    }

    private func sample(
        of table: ShardTable, roles: RowRoles, rowCount: Int, model: ModelArtifact
    ) async throws -> ReportSample {
        let sample = ReportSample(
            featureCount: model.features.features.count, populationCount: rowCount)
        let reader = try ShardReader(
            table: table, columns: model.features.names, store: context.store, pool: context.pool)
        let feed = FeatureFeed(
            encoders: model.features.features.map { FeatureEncoder($0) }, roles: roles,
            pool: context.pool)
        var position = 0
        try await reader.read { batch in
            try context.shutdown.check()
            try await feed.feed(batch, role: .train, firstRow: position) { feature, values, row in
                sample.add(feature: feature, values: values, at: row)
            }
            position += roles.count(
                .train, in: batch.firstRow..<batch.firstRow + batch.batch.rowCount)
            context.progress(
                "reading", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
        }
        guard !model.features.statistics.isEmpty else { return sample }
        let widened = sample.widened(by: model.features.statistics.count)
        StatisticEncoder(model.features).encode(
            widened.values.mutableElements, rowCount: widened.rowCount, stride: widened.rowCount)
        return widened
    }
}
