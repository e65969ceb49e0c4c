package import Shards

/// What `predict` prints.
package struct PredictResult: JobResult {
    package var command = "predict"
    package var outputs: [String]
    /// nil when none was written.
    package var report: String?
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    /// Rows whose bounds were exchanged, and rows whose bound was moved to the prediction.
    package var crossedRows: Int
    package var widenedRows: Int
    /// Column to rows with a category that training did not list.
    package var unseenCategories: [String: Int]
    /// Columns whose values are unlike those of training, the worst first.
    package var drift: [ColumnDrift]
    /// Numbers outside the range of training, of all columns; nil when the model records none.
    package var valuesOutOfRange: Int?
    package var bytesRead: Int
    /// nil without `--filter`.
    package var filter: FilterReport?
    /// How the shards differ from the table that they make.
    package var schemaDifferences: [SchemaDifference] = []
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    /// Shards that were scored, and those that were left out.
    package var shardCount: Int
    package var badShardCount = 0
    /// The list of the shards that were left out; nil if there are none.
    package var quarantine: String?
    package var commit: CommitReference?

    package var figures: [TaskMetric: Double] {
        var figures: [TaskMetric: Double] = [
            .rowsRead: Double(rowsIn), .rowsPredicted: Double(rowsOut),
            .rowsQuarantined: Double(rowsQuarantined), .shardsFailed: Double(badShardCount),
            .unseenCategories: Double(unseenCategories.values.reduce(0, +)),
        ]
        if let valuesOutOfRange {
            figures[.valuesOutOfRange] = Double(valuesOutOfRange)
            figures[.driftPercent] = 100 * (drift.first?.shift ?? 0)
        }
        return figures
    }

    package var summary: [SummaryLine] {
        let place = outputs.count == 1 ? outputs[0] : "\(outputs.count) objects"
        var lines = [
            SummaryLine("outputs", place),
            SummaryLine("rows", "\(rowsIn) in, \(rowsOut) out, \(rowsQuarantined) quarantined"),
        ]
        if let report { lines.append(SummaryLine("report", report)) }
        if let quarantine {
            lines.append(SummaryLine("bad shards", "\(badShardCount), listed in \(quarantine)"))
        }
        if let filter { lines.append(filter.summaryLine) }
        let unseen = unseenCategories.sorted { $0.key < $1.key }
        if !unseen.isEmpty {
            lines.append(
                SummaryLine(
                    "unseen categories",
                    unseen.map { "\($0.key) \($0.value) rows" }.joined(separator: ", ")))
        }
        let noticeable = drift.filter { $0.shift >= ColumnDrift.noticeableShift }
        if !noticeable.isEmpty {
            lines.append(
                SummaryLine("drift", noticeable.prefix(3).map(\.text).joined(separator: "; ")))
        }
        if crossedRows + widenedRows > 0 {
            lines.append(
                SummaryLine("intervals", "\(crossedRows) crossed, \(widenedRows) widened"))
        }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
