package import Models
import Shards

/// What `tune` prints.
package struct TuneResult: JobResult {
    package struct Trial: Encodable, Sendable {
        package let trial: Int
        package let parameters: [String: JSONValue]
        package let bestIteration: Int
        package let metrics: [String: CrossValidationReport.Spread]

        init(_ outcome: TrialOutcome) {
            trial = outcome.trial
            parameters = outcome.values
            bestIteration = outcome.report.bestIteration
            metrics = outcome.report.metrics
        }
    }

    package struct Rung: Encodable, Sendable {
        package let trials: Int
        package let share: Double
    }

    package var command = "tune"
    package var stage: String
    /// The deciding one.
    package var metric: String
    package var trials: Int
    package var rungs: [Rung]
    /// Trials that a map has to measure before the search goes on; 0 at its end.
    package var pending = 0
    /// Where these are listed.
    package var items: String?
    /// Where a trial of a map has left what it measured.
    package var outcome: String?
    /// The best trial of all, or the one that was measured.
    package var best: Trial?
    package var model: String?
    package var report: String?
    package var trialsTable: String?
    package var rows = 0
    package var droppedRows = 0
    package var calibrationRows = 0
    package var features = 0
    package var iterations = 0
    package var metrics: [String: [String: FiniteNumber]] = [:]
    package var seconds: [String: Double] = [:]
    package var peakRssBytes = PeakMemory.byteCount
    package var bytesRead = 0
    package var shardCount = 0
    package var commit: CommitReference?
    /// The best trials, for a terminal.
    var table: [SummaryLine] = []

    private enum CodingKeys: String, CodingKey {
        case command, stage, metric, trials, rungs, pending, items, outcome, best, model, report
        case trialsTable, rows, droppedRows, calibrationRows, features, iterations, metrics
        case seconds, peakRssBytes, bytesRead, shardCount, commit
    }

    init(_ spec: TuneSpec, metric: String) {
        stage = spec.stage.rawValue
        self.metric = metric
        trials = spec.schedule.trialCount
        rungs = spec.schedule.rungs.map { Rung(trials: $0.trialCount, share: $0.share) }
    }

    mutating func take(_ data: TrainingData) {
        rows = data.trainRowCount
        droppedRows = data.droppedRowCount
        calibrationRows = data.calibrationRowCount
        features = data.features.features.count
        bytesRead = data.table.byteCount
        shardCount = data.table.shards.count
    }

    package var rowsIn: Int { rows + calibrationRows + droppedRows }
    package var rowsOut: Int { rows + calibrationRows }
    package var rowsQuarantined: Int { droppedRows }

    package var figures: [TaskMetric: Double] {
        var figures: [TaskMetric: Double] = [.rowsRead: Double(rowsIn)]
        figures[.trainSeconds] = seconds["fit"]
        figures[.validationMAE] = metrics["valid"]?["mae"]?.value
        return figures
    }

    package var summary: [SummaryLine] {
        var lines: [SummaryLine] = []
        if let model { lines.append(SummaryLine("model", model)) }
        if let report { lines.append(SummaryLine("report", report)) }
        if let trialsTable { lines.append(SummaryLine("all trials", trialsTable)) }
        if let items {
            lines.append(SummaryLine("items", items))
            lines.append(SummaryLine("pending", "\(pending) trials"))
        }
        if let outcome { lines.append(SummaryLine("outcome", outcome)) }
        if rows > 0 { lines.append(SummaryLine("rows", "\(rows), \(droppedRows) dropped")) }
        lines += table
        if let best {
            let values = best.parameters.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value.plainText)" }.joined(separator: ", ")
            lines.append(
                SummaryLine(
                    "trial \(best.trial)", "\(values); best after \(best.bestIteration) rounds"))
        }
        for set in metrics.keys.sorted() {
            lines.append(SummaryLine(set, SummaryLine.metrics(metrics[set] ?? [:])))
        }
        guard !seconds.isEmpty else { return lines }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
