import Evaluation
import Logging
import Models
import ObjectStores
import Shards

/// `tune`: shards and a search space in, the best model and the table of all trials out.
///
/// Trials are numbered; their values, rows and outcomes depend on the seed and the number alone. So
/// it is the same whether one machine does them all, or each is a task of a map.
package struct TuneJob: Sendable {
    package let spec: TuneSpec
    package let context: JobContext

    package init(spec: TuneSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> TuneResult {
        var stopwatch = Stopwatch()
        guard spec.stage != .plan else {
            return try await writePlan(of: 0, trials: Array(0..<spec.schedule.trialCount))
        }
        let data = try await TrainingData.read(spec.spec, context: context)
        var measurer = TrialMeasurer(spec: spec, data: data, context: context)
        try measurer.checkMemory()
        stopwatch.record("read")
        let store = trialStore(data)
        if spec.stage == .trial, let store {
            return try await runTrial(&measurer, store: store, &stopwatch)
        }
        var outcomes: [TrialOutcome] = []
        var trials = Array(0..<spec.schedule.trialCount)
        for (rung, next) in spec.schedule.rungs.indices.map({ ($0, $0 + 1) }) {
            guard
                let found = try await self.outcomes(
                    of: trials, rung: rung, measurer: &measurer, store: store)
            else { return try await writePlan(of: rung, trials: trials) }
            outcomes += found
            guard next < spec.schedule.rungs.count else { break }
            trials = ranked(found).prefix(spec.schedule.rungs[next].trialCount).map(\.trial)
                .sorted()
        }
        stopwatch.record("search")
        let last = outcomes.filter { $0.rung == spec.schedule.rungs.count - 1 }
        guard let best = ranked(last).first, best.score != nil else {
            throw JobFailure(
                .dataInvalid, "No trial could be measured.",
                remedy: "Choose another --metric, or give more rows.")
        }
        let result = try await finish(best, outcomes, data, &measurer, &stopwatch)
        if spec.stage == .all, let store { await store.remove(outcomes) }
        return result
    }

    var metric: Metric { metrics[0] }

    private var metrics: [Metric] {
        guard spec.spec.metrics.isEmpty, case .trees(_, let objective) = spec.spec.algorithm
        else { return spec.spec.metrics }
        return objective.metrics
    }

    func ranked(_ outcomes: [TrialOutcome]) -> [TrialOutcome] {
        outcomes.ranked(higherIsBetter: metric.higherIsBetter)
    }

    /// nil where nobody wants the trials to be kept.
    private func trialStore(_ data: TrainingData) -> TrialStore? {
        guard let root = trialsURL else { return nil }
        let tables = [data.table] + [data.validation?.table].compactMap { $0 }
        return TrialStore(
            root: root,
            origin: CheckpointOrigin(
                program: context.programVersion, parameters: spec.identity,
                inputsSHA256: Digest.sha256(of: tables.flatMap(\.shards).map(\.shard.object))),
            context: context)
    }

    /// `--checkpoint`, or `_trials/` beside the model for a map or where a runner waits.
    private var trialsURL: ObjectURL? {
        if let url = spec.spec.checkpoint { return url }
        guard spec.stage != .all || context.savesUnasked else { return nil }
        return folder.appending("_trials")
    }

    /// The folder of the model.
    var folder: ObjectURL {
        let output = spec.spec.output
        return ModelStore.objectURL(output) == output ? output.parent : output
    }

    /// The outcomes of all trials of a rung, measured where nobody has yet.
    /// - Returns: nil when a map has to measure them first.
    private func outcomes(
        of trials: [Int], rung: Int, measurer: inout TrialMeasurer, store: TrialStore?
    ) async throws -> [TrialOutcome]? {
        var found: [Int: TrialOutcome] = [:]
        for trial in trials {
            found[trial] = try await store?.load(
                rung: rung, trial: trial, values: spec.parameters(of: trial))
        }
        let missing = trials.filter { found[$0] == nil }
        if spec.stage == .reduce, !missing.isEmpty {
            if rung > 0, missing.count == trials.count { return nil }
            throw JobFailure(
                .dataInvalid,
                "\(missing.count) of the \(trials.count) trials of rung \(rung) have no outcome: "
                    + missing.prefix(10).map(String.init).joined(separator: ", ")
                    + (missing.count > 10 ? ", …" : "."),
                place: .init(object: store?.root.description),
                remedy: "Run them with --stage trial, with the same parameters and data.")
        }
        // Trials with the same bins follow each other, so that these are made once.
        let order = try missing.map { (trial: $0, maxBin: try spec.trainSpec(of: $0).binLimits) }
            .sorted { ($0.maxBin.maxBin, $0.trial) < ($1.maxBin.maxBin, $1.trial) }
        for (index, item) in order.enumerated() {
            let stage = "trial \(index + 1) of \(order.count)"
            let outcome = try await measured(item.trial, rung, &measurer, store, stage: stage)
            try await store?.save(outcome)
            context.logger.info(
                "trial measured",
                metadata: [
                    "trial": "\(item.trial)", "rung": "\(rung)",
                    "\(metric.name)": "\(outcome.score ?? .nan)",
                ])
            found[item.trial] = outcome
        }
        return trials.compactMap { found[$0] }
    }

    func measured(
        _ trial: Int, _ rung: Int, _ measurer: inout TrialMeasurer, _ store: TrialStore?,
        stage: String
    ) async throws -> TrialOutcome {
        try context.shutdown.check()
        let share = spec.schedule.rungs[rung].share
        let report = try await measurer.measure(trial: trial, share: share, stage: stage)
        return TrialOutcome(
            origin: store?.origin
                ?? CheckpointOrigin(
                    program: context.programVersion, parameters: [:], inputsSHA256: ""),
            trial: trial, rung: rung, share: share, values: spec.parameters(of: trial),
            report: report)
    }
}
