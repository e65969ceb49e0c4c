import Binning
import Evaluation
import Models
import Objectives
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
    /// Folds that parameters are measured on; 0 without.
    let foldCount: Int
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
            try await cluster(&rows.train)
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
        try await cluster(&rows.train)
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
        let labels = data.train.values
        let train = TrainingRows(
            matrix: matrix, labels: labels.labels,
            weights: try spec.classWeights.apply(
                to: labels.weights, labels: labels.labels, classes: data.target.classLabels),
            queries: labels.queries.map { QueryGroups(queryOfRow: $0) },
            startScores: labels.startScores)
        let validationSample = data.validationLabels.map {
            reportSample(rowCount: $0.labels.count).widened(by: statistics.count)
        }
        let validation = try await binValidation(
            bins, storage: memory.storage, sample: validationSample)
        return PreparedRows(
            train: train, validation: validation, profiles: profiles,
            samples: (trainSample, validationSample), sampleLabels: labels.sampled(trainSample),
            memory: memory)
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
                model, booster: booster, train: rows.train, validation: rows.validation,
                metrics: metrics)
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
            samples: rows.samples, sampleLabels: rows.sampleLabels, statistics: statistics,
            bounds: bounds, scratchByteCount: rows.memory.scratchByteCount)
    }

    /// Puts the rows, and with them `data.train`, into the order that trees like.
    private func cluster(_ rows: inout TrainingRows) async throws {
        let (before, objective) = (rows, objective)
        let (parameters, pool) = (parameters, context.pool)
        let (clustered, order) = try await pool.perform {
            var rows = before
            let order = try rows.cluster(objective: objective, parameters: parameters, pool: pool)
            return (rows, order)
        }
        rows = clustered
        guard let order else { return }
        data.train.follow(
            labels: clustered.labels, weights: clustered.weights,
            startScores: clustered.startScores, order: order,
            weighsClasses: spec.classWeights != .none)
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
}
