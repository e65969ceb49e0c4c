import Binning
import Models
import ObjectStores
import Trees

/// Measures trials on rows that are read once, and binned once for each choice of bins.
struct TrialMeasurer {
    let spec: TuneSpec
    let data: TrainingData
    let context: JobContext
    /// What the last trial was trained on.
    private var prepared: (limits: BinLimits, rows: PreparedRows)?

    init(spec: TuneSpec, data: TrainingData, context: JobContext) {
        self.spec = spec
        self.data = data
        self.context = context
    }

    /// - Parameter stage: what progress calls this.
    mutating func measure(
        trial: Int, share: Double, stage: String
    ) async throws -> CrossValidationReport {
        let training = try training(try spec.trainSpec(of: trial))
        let rows = try await rows(for: training)
        return try await training.measure(
            try source(rows, of: training), memory: rows.memory, share: share, stage: stage)
    }

    /// Refuses a search whose largest trial, or the model that is trained in the end, needs more
    /// memory than there is.
    /// - Throws: `outOfMemory`, `configInvalid`.
    func checkMemory() throws {
        let needed = try (0..<spec.schedule.trialCount).map { trial in
            let training = try training(try spec.trainSpec(of: trial))
            return training.plannedMemory(
                BinLayout(binCounts: training.binCountsMax), foldsAtOnce: 1
            ).byteCount
        }
        try MemoryPlan(
            byteCount: needed.max() ?? 0,
            advice: "use fewer rows, or a space of fewer bins and leaves"
        ).check(context)
    }

    /// Trains on all rows.
    mutating func refit(
        trial: Int, report: CrossValidationReport, _ stopwatch: inout Stopwatch
    ) async throws -> (spec: TrainSpec, trained: TrainedModel) {
        let spec = try self.spec.trainSpec(of: trial).refitting(rounds: report.bestIteration)
        let training = try training(spec)
        let rows = try await rows(for: training)
        stopwatch.record("bin")
        // The rows that were validated on have said what they could.
        let all = PreparedRows(
            train: rows.train, validation: nil, profiles: rows.profiles,
            samples: (rows.samples.train, nil), sampleLabels: rows.sampleLabels,
            memory: rows.memory)
        var trained = try await training.fit(all, keeper: nil, saved: nil, &stopwatch)
        trained.metrics["valid"] = report.means
        if case .folds = self.spec.evaluation { trained.crossValidation = report }
        return (spec, trained)
    }

    private var foldCount: Int {
        if case .folds(let folds) = spec.evaluation { folds.foldCount } else { 1 }
    }

    private func training(_ spec: TrainSpec) throws -> BoostedTraining {
        guard case .trees(var parameters, let objective) = spec.algorithm else {
            throw JobFailure(.configInvalid, "Only boosted trees can be tuned.")
        }
        try spec.constraints.apply(to: &parameters, features: data.columns.features)
        return BoostedTraining(
            spec: spec, parameters: parameters, objectiveSpec: objective, data: data,
            initial: nil, snapshots: nil, context: context, foldCount: foldCount)
    }

    private mutating func rows(for training: BoostedTraining) async throws -> PreparedRows {
        if let prepared, prepared.limits == training.spec.binLimits { return prepared.rows }
        // The old bins' memory comes first, so that it serves the new ones.
        prepared = nil
        let rows = try await training.prepare().rows
        prepared = (training.spec.binLimits, rows)
        return rows
    }

    private func source(
        _ rows: PreparedRows, of training: BoostedTraining
    ) throws -> FoldSource {
        let labels = data.train.values
        let seed = spec.spec.seed
        let count = labels.labels.count
        switch spec.evaluation {
        case .folds(let folds):
            return FoldSource(
                rows: rows.train, labels: labels,
                folds: try RowFolds(
                    count: folds.foldCount, rowCount: count, unit: training.foldUnit, seed: seed))
        case .holdout(let share):
            let isHeldOut = heldOutRows(share: share, seed: seed)
            guard isHeldOut.contains(true), isHeldOut.contains(false) else {
                throw JobFailure(
                    .dataInvalid, "There are too few rows to hold some out.",
                    remedy: "Change --valid-fraction, or give more rows.")
            }
            return FoldSource(
                rows: rows.train, labels: labels,
                folds: RowFolds(holdingOut: isHeldOut, unit: training.foldUnit, seed: seed))
        case .separate:
            guard let validation = rows.validation, let own = data.validationLabels else {
                throw JobFailure(.dataInvalid, "No row with a target is left to validate on.")
            }
            return FoldSource(
                rows: rows.train, labels: labels,
                folds: RowFolds(
                    holdingOut: [Bool](repeating: false, count: count), unit: training.foldUnit,
                    seed: seed), separate: (validation, own))
        }
    }

    /// The rows that `train --valid-fraction` holds back with the same seed; queries stay whole.
    private func heldOutRows(share: Double, seed: UInt64) -> [Bool] {
        let split = ValidationSplit(fraction: share, seed: seed)
        let tableRows = data.rows.roles.rows(of: .train)
        guard let queries = data.train.values.queries else {
            return tableRows.map { split.isValidation(row: $0) }
        }
        // The first row of a query decides for all.
        var decisions: [Int32: Bool] = [:]
        return queries.enumerated().map { row, query in
            if let decision = decisions[query] { return decision }
            let decision = split.isValidation(row: tableRows[row])
            decisions[query] = decision
            return decision
        }
    }
}

extension RowRoles {
    /// The numbers, in the table, of the rows with this role.
    func rows(of role: Role) -> [Int] { (0..<rowCount).filter { self[$0] == role } }
}
