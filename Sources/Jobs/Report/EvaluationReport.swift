import Evaluation
import Models
import Reports

/// `report.html` of an evaluation.
struct EvaluationReport {
    let model: ModelArtifact
    let rows: EvaluatedRows
    let result: EvaluateResult
    let context: JobContext

    /// Rows that drawings and intervals are made of; metrics are of all rows.
    private static let rowCountMax = 10_000

    func make() -> Report {
        let sampled = sampled
        let metrics = result.metrics.compactMapValues(\.value)
        let metricSection = MetricSection(
            metrics: ["data": metrics], rows: sampled, dataSet: "data", seed: 0)
        let intervals = metricSection.intervals
        let run = RunSection(
            seconds: result.seconds, peakRssBytes: result.peakRssBytes, context: context)
        let quality = QualitySections(
            rows: sampled, target: model.target, rowsName: "rows"
        ).make()
        let leading = Metric.defaults(objective: model.objective).map(\.name)
        let tiles = leading.filter { metrics[$0] != nil }.prefix(4).map { name in
            Report.Tile(
                name, NumberText.write(metrics[name] ?? .nan),
                note: intervals[name].map {
                    "\(NumberText.write($0.lower)) to \(NumberText.write($0.upper))"
                } ?? "")
        }
        return Report(
            title: "\(model.target.name): evaluation",
            subtitle: "\(NumberText.write(result.rows)) rows measured, "
                + "\(NumberText.write(result.droppedRows)) without a label",
            tiles: tiles + [
                Report.Tile(
                    "Time", NumberText.write(result.seconds["total"] ?? 0, digits: 3) + " s",
                    note: "\(ByteCountText.write(result.peakRssBytes)) peak memory")
            ],
            sections: [metricSection.make()] + [groups].compactMap { $0 } + quality
                + [result.permutationImportance?.section].compactMap { $0 } + [run.make()],
            footer: "Written by martlet \(context.programVersion). Figures that are drawn from a "
                + "sample say how many rows it has.")
    }

    private var sampled: ReportRows {
        let count = min(rows.count, Self.rowCountMax)
        let part = rows.rows(at: (0..<count).map { $0 * rows.count / count }).central
        return ReportRows(
            predictions: part.predictions, labels: part.labels,
            weights: part.weights.isEmpty ? nil : part.weights,
            bounds: part.lower.isEmpty ? nil : (part.lower, part.upper),
            classCount: part.classCount, hasSeveralQuantiles: !rows.levels.isEmpty,
            parameters: part.parameters, populationCount: rows.count)
    }

    /// The metrics by the columns of `--by`.
    private var groups: Report.Section? {
        guard let groups = result.groups, !groups.isEmpty else { return nil }
        let names = result.metrics.keys.sorted()
        let tables = groups.sorted { $0.key < $1.key }.map { column, entries in
            Report.Item.table(
                ReportTable(
                    "Metrics by \(column)", titles: [column, "Rows"] + names,
                    rows: entries.map { entry in
                        [entry.value.json, NumberText.write(entry.rows)]
                            + names.map {
                                entry.metrics[$0]?.value.map { NumberText.write($0) } ?? "–"
                            }
                    }))
        }
        return Report.Section("Groups", items: tables)
    }
}
