import Binning
import Columns
import Models
import Objectives
import Shards
import Synchronization
import Threads
import Trees

extension BoostedTraining {
    /// Reads the features once: samples for the bins, and what the model remembers of the data.
    func findBins(
        sample: ReportSample, codes: CategoryCodes?
    ) async throws -> ([FeatureBins], [FeatureProfile]) {
        let features = data.features.features
        let sampler = try ValueSampler(
            kinds: features.map { feature in
                feature.codeCount == 0 ? .numeric : .categorical(codeCount: feature.codeCount)
            }, rowCount: data.trainRowCount, parameters: try binning())
        let profiles = Mutex([FeatureProfile](repeating: FeatureProfile(), count: features.count))
        try await feed(data.table, roles: data.rows.roles, role: .train) { feature, values, row in
            sampler.add(feature: feature, values: values, at: row)
            codes?.set(feature: feature, values: values, at: row)
            sample.add(feature: feature, values: values, at: row)
            var profile = FeatureProfile()
            profile.add(values, of: features[feature])
            profiles.withLock { $0[feature].merge(profile) }
        }
        let pool = context.pool
        let bins = try await pool.perform { sampler.makeBins(pool: pool) }
        return (bins, profiles.withLock { $0 })
    }

    func binning() throws -> BinningParameters {
        var binning = BinningParameters()
        try spec.binLimits.apply(to: &binning, features: data.columns.features)
        binning.seed = spec.seed
        return binning
    }

    func binTraining(
        _ bins: [FeatureBins], storage: MatrixStorage, learner: StatisticLearner?,
        sample: ReportSample
    ) async throws -> BinnedMatrix {
        let builder = try BinnedMatrixBuilder(
            features: bins, rowCount: data.trainRowCount, storage: storage)
        try await feed(data.table, roles: data.rows.roles, role: .train) { feature, values, row in
            builder.bin(feature: feature, values: values, at: row)
        }
        if let learner {
            let (pool, statistics) = (context.pool, statistics)
            let featureCount = data.features.features.count
            _ = try await pool.perform {
                learner.compute(statistics, pool: pool) { index, values, row in
                    builder.bin(feature: featureCount + index, values: values, at: row)
                    sample.add(feature: featureCount + index, values: values, at: row)
                }
            }
        }
        let pool = context.pool
        return try await pool.perform { builder.finish(pool: pool, bundlesFeatures: true) }
    }

    func binValidation(
        _ bins: [FeatureBins], storage: MatrixStorage, sample: ReportSample?
    ) async throws -> TrainingRows? {
        guard let labels = data.validationLabels else { return nil }
        let source = data.validation
        let builder = try BinnedMatrixBuilder(
            features: bins, rowCount: labels.labels.count, storage: storage)
        let codes = validationCodes(rowCount: labels.labels.count)
        try await feed(
            source?.table ?? data.table, roles: source?.rows.roles ?? data.rows.roles,
            role: source == nil ? .validation : .train
        ) { feature, values, row in
            builder.bin(feature: feature, values: values, at: row)
            codes?.set(feature: feature, values: values, at: row)
            sample?.add(feature: feature, values: values, at: row)
        }
        if let codes {
            let reader = StatisticReader(features, codes: codes)
            let featureCount = data.features.features.count
            let pool = context.pool
            try await pool.perform {
                reader.read(pool: pool) { index, values, row in
                    builder.bin(feature: featureCount + index, values: values, at: row)
                    sample?.add(feature: featureCount + index, values: values, at: row)
                }
            }
        }
        return TrainingRows(
            matrix: builder.finish(), labels: labels.labels, weights: labels.weights,
            queries: labels.queries.map { QueryGroups(queryOfRow: $0) },
            startScores: labels.startScores)
    }

    private func feed(
        _ table: ShardTable, roles: RowRoles, role: RowRoles.Role,
        _ body: @escaping @Sendable (Int, UnsafeBufferPointer<Double>, Int) -> Void
    ) async throws {
        let reader = try ShardReader(
            table: table, columns: data.features.names, store: context.store, pool: context.pool)
        let feed = FeatureFeed(
            encoders: data.features.features.map { FeatureEncoder($0) }, roles: roles,
            pool: context.pool)
        var position = 0
        try await reader.read { batch in
            try context.shutdown.check()
            try await feed.feed(batch, role: role, firstRow: position, body)
            position += roles.count(
                role, in: batch.firstRow..<batch.firstRow + batch.batch.rowCount)
            context.progress(
                "reading", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
        }
    }
}
