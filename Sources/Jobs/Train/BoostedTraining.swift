import Binning
import Columns
import Evaluation
import Models
import ObjectStores
import Objectives
import Shards
import Synchronization
import Threads
import Trees

/// Trains boosted trees: finds the bins, bins the rows, grows the trees.
struct BoostedTraining {
    let spec: TrainSpec
    var parameters: BoostingParameters
    let objectiveSpec: ObjectiveSpec
    let data: TrainingData
    let initial: InitialModel?
    let snapshots: ModelSnapshots?
    let context: JobContext
    /// Of categories, once they have been learned.
    var statistics: [TargetStatistic] = []

    var objective: any Objective {
        objectiveSpec.objective(classCount: data.target.classLabels.count)
    }

    func run(_ stopwatch: inout Stopwatch) async throws -> TrainedModel {
        var (training, rows) = try await prepare()
        stopwatch.record("bin")
        return try await training.fit(&rows, &stopwatch)
    }

    /// Fits the prepared rows, with as many rounds as folds say where they are asked for.
    private func fit(
        _ rows: inout PreparedRows, _ stopwatch: inout Stopwatch
    ) async throws -> TrainedModel {
        let keeper = checkpointKeeper
        let saved = try await keeper?.load()
        guard let folds = spec.crossValidation else {
            rows.order = try await cluster(&rows.train)
            return try await fit(rows, keeper: keeper, saved: saved, &stopwatch)
        }
        var report = keeper?.crossValidation
        if report == nil {
            report = try await crossValidate(rows, folds)
            stopwatch.record("cross_validate")
        }
        guard let report else { throw CancellationError() }
        keeper?.keep(report)
        var training = self
        training.parameters.numIterations = report.bestIteration
        training.parameters.earlyStoppingRound = 0
        rows.order = try await cluster(&rows.train)
        var trained = try await training.fit(
            rows, keeper: keeper, saved: saved, &stopwatch)
        trained.crossValidation = report
        trained.metrics["valid"] = report.means
        return trained
    }

    /// Finds the bins and bins all rows: what any number of trainings can share.
    /// - Returns: this training with the statistics of categories that it has found, and the rows.
    func prepare() async throws -> (training: BoostedTraining, rows: PreparedRows) {
        // Refused before the shards are read, as if no features shared a byte.
        _ = try memory(BinLayout(binCounts: binCountsMax))
        let sample = reportSample(rowCount: data.trainRowCount)
        let codes = statisticCodes()
        let (featureBins, profiles) = try await findBins(sample: sample, codes: codes)
        let learned = try await learnStatistics(codes, binning: try binning())
        var training = self
        training.statistics = learned?.statistics ?? []
        training.parameters = parameters.covering(training.features)
        let rows = try await training.prepare(
            bins: try columnBins(featureBins, learned: learned), profiles: profiles,
            learner: learned?.learner, sample: sample.widened(by: training.statistics.count))
        return (training, rows)
    }

    private func prepare(
        bins: [FeatureBins], profiles: [FeatureProfile], learner: StatisticLearner?,
        sample trainSample: ReportSample
    ) async throws -> PreparedRows {
        let memory = try memory(BinLayout(binCounts: bins.map(\.binCount)))
        warn(of: memory)
        let matrix = try await binTraining(
            bins, storage: memory.storage, learner: learner, sample: trainSample)
        let train = TrainingRows(
            matrix: matrix, labels: data.rows.train.labels,
            weights: try spec.classWeights.apply(
                to: data.rows.train.weights, labels: data.rows.train.labels,
                classes: data.target.classLabels),
            queries: data.rows.train.queries.map { QueryGroups(queryOfRow: $0) },
            startScores: data.rows.train.startScores)
        let validationSample = data.validationLabels.map {
            reportSample(rowCount: $0.labels.count).widened(by: statistics.count)
        }
        let validation = try await binValidation(
            bins, storage: memory.storage, sample: validationSample)
        return PreparedRows(
            train: train, validation: validation, profiles: profiles,
            samples: (trainSample, validationSample), memory: memory)
    }

    /// Grows the model and measures it.
    /// - Parameters:
    ///   - keeper: where an unfinished training is saved; nil nowhere.
    ///   - saved: what an earlier attempt has saved there.
    func fit(
        _ rows: PreparedRows, keeper: CheckpointKeeper?, saved: BoostedModel?,
        _ stopwatch: inout Stopwatch
    ) async throws -> TrainedModel {
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: context.pool,
            workingByteCountMax: rows.memory.workingByteCountMax)
        let metrics = chosenMetrics
        let model = try await grow(
            booster, rows.train, validation: rows.validation,
            metric: validationMetric(metrics[0]), from: saved, keeper: keeper,
            profiles: rows.profiles)
        let ensemble = model.bestEnsemble
        let bounds: IntervalCalibration.Bounds?
        let evaluated: [String: [String: Double]]
        do {
            try context.shutdown.check()
            bounds = try await trainBounds(rows.train, besides: ensemble, memory: rows.memory)
            evaluated = try await evaluate(
                model, booster: booster, train: rows.train, order: rows.order,
                validation: rows.validation, metrics: metrics)
            try context.shutdown.check()
        } catch {
            guard let keeper, context.shutdown.reason == .signal,
                model.ensemble.iterationCount > saved?.ensemble.iterationCount ?? 0
            else { throw error }
            throw await keeper.saveAtStop(model)
        }
        stopwatch.record("fit")
        return TrainedModel(
            kind: .trees(ensemble), profiles: rows.profiles, metrics: evaluated,
            iterations: model.ensemble.iterationCount,
            resumedIterations: saved?.ensemble.iterationCount ?? 0,
            bestIteration: rows.validation == nil ? nil : model.bestIteration,
            importances: ensemble.importances(of: features),
            samples: rows.samples, statistics: statistics, bounds: bounds,
            scratchByteCount: rows.memory.scratchByteCount)
    }

    /// - Returns: the former place of each row; nil where the order stayed.
    private func cluster(_ rows: inout TrainingRows) async throws -> [UInt32]? {
        let (before, objective) = (rows, objective)
        let (parameters, pool) = (parameters, context.pool)
        let (clustered, order) = try await pool.perform {
            var rows = before
            let order = try rows.cluster(objective: objective, parameters: parameters, pool: pool)
            return (rows, order)
        }
        rows = clustered
        return order
    }

    private func reportSample(rowCount: Int) -> ReportSample {
        ReportSample(featureCount: data.features.features.count, populationCount: rowCount)
    }

    /// Grows the trees; what is due to be saved meanwhile is written beside it.
    private func grow(
        _ booster: GradientBooster, _ rows: TrainingRows, validation: TrainingRows?,
        metric: ValidationMetric?, from saved: BoostedModel?, keeper: CheckpointKeeper?,
        profiles: [FeatureProfile]
    ) async throws -> BoostedModel {
        // A slow store gets the newest of what it could not take in time.
        let (models, feed) = AsyncStream.makeStream(
            of: BoostedModel.self, bufferingPolicy: .bufferingNewest(1))
        let (wanted, snapshotFeed) = AsyncStream.makeStream(of: BoostedModel.self)
        let (snapshots, features) = (snapshots, features)
        let (context, initial) = (context, initial?.ensemble)
        return try await withThrowingTaskGroup(of: BoostedModel?.self) { group in
            group.addTask {
                for await model in models { await keeper?.saveOrWarn(model) }
                return nil
            }
            group.addTask {
                for await model in wanted {
                    await snapshots?.save(
                        model, features: features, profiles: profiles,
                        isValidated: validation != nil)
                }
                return nil
            }
            group.addTask {
                defer {
                    feed.finish()
                    snapshotFeed.finish()
                }
                return try await context.pool.perform {
                    try booster.train(
                        rows, validation: validation, metric: metric, initial: initial,
                        resuming: saved,
                        snapshots: Self.schedule(keeper, feed, snapshots, snapshotFeed)
                    ) { report in
                        context.progress("training", report.iteration, of: report.iterationCountMax)
                        return !context.shutdown.isRequested
                    }
                }
            }
            var trained: BoostedModel?
            for try await model in group { trained = trained ?? model }
            guard let trained else { throw CancellationError() }
            return trained
        }
    }

    /// When checkpoints and snapshots are due, and where they go.
    private static func schedule(
        _ keeper: CheckpointKeeper?, _ feed: AsyncStream<BoostedModel>.Continuation,
        _ snapshots: ModelSnapshots?, _ snapshotFeed: AsyncStream<BoostedModel>.Continuation
    ) -> SnapshotSchedule? {
        guard keeper != nil || snapshots != nil else { return nil }
        var (savesCheckpoint, savesSnapshot) = (false, false)
        return SnapshotSchedule { report in
            savesCheckpoint = keeper?.isDue(after: report.iteration) ?? false
            savesSnapshot = snapshots?.isDue(after: report.iteration) ?? false
            return savesCheckpoint || savesSnapshot
        } take: { model in
            if savesCheckpoint { feed.yield(model) }
            if savesSnapshot { snapshotFeed.yield(model) }
        }
    }

    /// The first metric over the rows to validate on; nil without such rows.
    private func validationMetric(_ metric: Metric) -> ValidationMetric? {
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

    /// Reads the features once: samples for the bins, and what the model remembers of the data.
    private func findBins(
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

    private func binning() throws -> BinningParameters {
        var binning = BinningParameters()
        try spec.binLimits.apply(to: &binning, features: data.columns.features)
        binning.seed = spec.seed
        return binning
    }

    private func binTraining(
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
        return builder.finish()
    }

    private func binValidation(
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

    private func evaluate(
        _ model: BoostedModel, booster: GradientBooster, train: TrainingRows, order: [UInt32]?,
        validation: TrainingRows?, metrics: [Metric]
    ) async throws -> [String: [String: Double]] {
        let objective = objective
        let levels = objectiveSpec.quantileLevels
        let parameters = EvaluationParameters(spec)
        let sets = [
            ("train", train, data.rows.train), ("valid", validation, data.validationLabels),
        ]
        return try await context.pool.perform {
            var results: [String: [String: Double]] = [:]
            for case (let name, let rows?, let labels?) in sets {
                let isTrain = name == "train"
                var scores =
                    try (isTrain ? model.bestTrainingScores : nil)
                    ?? booster.rawScores(
                        of: model.bestEnsemble, over: rows.matrix, startScores: rows.startScores)
                if isTrain, let order { scores = Self.restored(scores, order) }
                scores.withUnsafeMutableBufferPointer { objective.transform($0) }
                results[name] = try EvaluatedRows(
                    predictions: scores, of: labels, classCount: objective.outputCount,
                    levels: levels, parameters: parameters
                ).values(of: metrics)
            }
            return results
        }
    }

    /// Values of rows, row by row, back in the order of the table.
    /// - Parameter order: the former place of each row.
    private static func restored(_ values: [Double], _ order: [UInt32]) -> [Double] {
        let width = values.count / order.count
        return [Double](unsafeUninitializedCapacity: values.count) { result, count in
            for (place, row) in order.enumerated() {
                for index in 0..<width {
                    result.initializeElement(
                        at: Int(row) * width + index, to: values[place * width + index])
                }
            }
            count = values.count
        }
    }
}
