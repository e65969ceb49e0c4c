/// What `plan` prints, and leaves in `plan.json`.
package struct PlanResult: JobResult {
    package var command = "plan"
    package var rows: Int
    package var shards: Int
    package var groups: Int
    /// The list of groups: an item for each task of the fan-out.
    package var items: String
    /// Every shard to score, pinned.
    package var data: String
    /// Every shard to train on, pinned; nil when training was not planned.
    package var trainingData: String?
    package var scoring: StagePlan
    package var training: StagePlan?
    /// All tasks on demand.
    package var usd: Double
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var commit: CommitReference?

    package var rowsIn: Int { rows }
    package var rowsOut: Int { rows }
    package var rowsQuarantined: Int { 0 }
    package var shardCount: Int { shards }

    package var summary: [SummaryLine] {
        var lines = [
            SummaryLine("rows", "\(rows) in \(shards) shards, \(groups) groups"),
            SummaryLine("items", items),
            SummaryLine("scoring", Self.text(scoring)),
        ]
        if let training { lines.append(SummaryLine("training", Self.text(training))) }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }

    private static func text(_ stage: StagePlan) -> String {
        let size = stage.sizes[0]
        return "\(stage.tasks) tasks of \(size.cpu) CPU units and \(size.memory) MiB, "
            + "about \(SummaryLine.rounded(stage.seconds)) s, "
            + "\(SummaryLine.rounded(stage.usd)) USD (Spot \(SummaryLine.rounded(stage.usdSpot)))"
    }
}
