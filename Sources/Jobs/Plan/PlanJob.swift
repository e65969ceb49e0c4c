import Columns
import Models
import ObjectStores
import Shards

/// `plan`: shards pinned by ETag, divided into groups of about equal work, with the task's size, time
/// and price for each stage. Reads footers only.
///
/// The output folder gets `plan.json` (the result), `items.json` (`[PlanItem]`), a manifest for each
/// group in `groups/`, and `data.json` and `training.json`, the manifests of all shards.
package struct PlanJob: Sendable {
    package let spec: PlanSpec
    package let context: JobContext

    package init(spec: PlanSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    /// A model whose size is not known yet is planned with this many bytes for each tree.
    private static let treeByteCount = 16_384

    package func run() async throws -> PlanResult {
        var stopwatch = Stopwatch()
        let table = try await open(spec.data)
        let training = spec.trainingData.isEmpty ? nil : try await open(spec.trainingData)
        if let training { try check(table, against: training) }
        stopwatch.record("read")
        let groups: ShardGroups
        var (scoring, groupCount) = try await scoringPlan(table)
        groups = ShardGroups(work: table.shards.map(Self.work), count: groupCount)
        scoring.tasks = groups.shardIndices.count
        scoring.describe(table)
        var trainingPlan: StagePlan?
        if let training { trainingPlan = try self.trainingPlan(training) }
        let usd = scoring.usd + (trainingPlan?.usd ?? 0)
        try check(cost: usd)
        var result = PlanResult(
            rows: table.rowCount, shards: table.shards.count, groups: groups.shardIndices.count,
            items: spec.output.appending("items.json").description,
            data: spec.output.appending("data.json").description,
            trainingData: training.map { _ in
                spec.output.appending("training.json").description
            },
            scoring: scoring, training: trainingPlan, usd: StagePlan.rounded(usd, digits: 10_000),
            seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount)
        result.commit = try await PlanFiles(
            table: table, training: training, groups: groups, output: spec.output, context: context
        ).write(result)
        return result
    }

    private func open(_ urls: [ObjectURL]) async throws -> ShardTable {
        let manifest = try await ShardManifest.resolve(urls, in: context.store)
        return try await ShardTable.open(manifest, in: context.store)
    }

    /// Work of a shard: its rows, and a little for opening it.
    private static func work(_ shard: OpenShard) -> Int { shard.rowCount + 1_000 }

    /// A model can only score columns that it has learned from; told now, not by a hundred tasks.
    private func check(_ table: ShardTable, against training: ShardTable) throws(JobFailure) {
        for field in table.schema.fields {
            guard let other = training.schema[field.name], other.type != field.type else {
                continue
            }
            throw JobFailure(
                .modelIncompatible,
                "The column is \(field.type) in the shards to score, and \(other.type) in those "
                    + "to train on.",
                place: .init(object: table.shards[0].url.description, column: field.name),
                remedy: "Write both tables with one query.")
        }
    }

    private func scoringPlan(_ table: ShardTable) async throws -> (StagePlan, groups: Int) {
        var trees = spec.rounds
        var modelByteCount = trees * Self.treeByteCount
        if let url = spec.model {
            let model = try await ModelStore.load(url, from: context.store)
            switch model.kind {
            case .trees(let ensemble): trees = ensemble.trees.count
            case .linear: trees = 1
            }
            modelByteCount = trees * Self.treeByteCount
        }
        let work = WorkEstimate(
            scoring: table, columns: table.schema.fields.count, trees: trees,
            modelByteCount: modelByteCount)
        let shardCount = table.shards.count
        let spec = spec
        func tasks(_ size: TaskSize) -> Int {
            let wanted =
                spec.groupCount
                ?? Int(
                    (work.processorSeconds / size.processorCount / spec.groupSeconds).rounded(.up))
            return max(1, min(wanted, shardCount))
        }
        let plan = try StagePlan(
            work, concurrency: spec.concurrency, deadlineSeconds: spec.deadlineSeconds,
            tasks: tasks)
        return (plan, plan.tasks)
    }

    private func trainingPlan(_ table: ShardTable) throws(JobFailure) -> StagePlan {
        let work = WorkEstimate(
            training: table, columns: table.schema.fields.count, rounds: spec.rounds)
        var plan = try StagePlan(
            work, concurrency: 1, deadlineSeconds: spec.deadlineSeconds, tasks: { _ in 1 })
        plan.describe(table)
        return plan
    }

    private func check(cost dollars: Double) throws(JobFailure) {
        guard let limit = spec.costLimit, dollars > limit else { return }
        throw JobFailure(
            .configInvalid,
            "The run would cost about \(StagePlan.rounded(dollars, digits: 100)) USD on demand; "
                + "the limit is \(limit).",
            remedy: "Raise --cost-limit, score fewer rows, or train fewer rounds.")
    }
}

extension StagePlan {
    fileprivate mutating func describe(_ table: ShardTable) {
        rows = table.rowCount
        shards = table.shards.count
        bytes = table.byteCount
    }
}
