import Models
import Reports
import Shards

/// The report of `predict`: what went in and came out, how the predictions are distributed, and
/// how far the data are from those of training.
struct PredictReport {
    let model: ModelArtifact
    let result: PredictResult
    let sample: PredictionSample
    let quarantine: ShardQuarantine
    let inputs: [Provenance.Input]
    let context: JobContext

    /// Bins of histograms.
    private static let binCount = 40
    private static let quantiles = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
    /// Targets whose distribution is drawn.
    private static let shownTargetCountMax = 6

    func make() -> Report {
        let run = RunSection(
            inputs: inputs, seconds: result.seconds, peakRssBytes: result.peakRssBytes,
            context: context)
        return Report(
            title: "\(model.target.name): predictions",
            subtitle: "\(NumberText.write(result.rowsOut)) rows of "
                + "\(NumberText.write(result.shardCount)) shards, objective \(model.objective)"
                + (context.run.runId.map { ", run \($0)" } ?? "")
                + (context.run.shardGroup.map { ", group \($0)" } ?? ""),
            tiles: tiles(cost: run.costText),
            sections: [rows, predictions, drift, bad, run.make()].compactMap { $0 },
            footer: "Written by martlet \(context.programVersion). Figures that are drawn from a "
                + "sample say how many rows it has.")
    }

    private func tiles(cost: String) -> [Report.Tile] {
        let seconds = result.seconds["total"] ?? 0
        var tiles = [
            Report.Tile(
                "Rows", NumberText.write(result.rowsOut),
                note: "\(NumberText.write(result.rowsIn)) in, "
                    + "\(NumberText.write(result.rowsQuarantined)) left out")
        ]
        if let sorted = sorted("prediction") {
            tiles.append(
                Report.Tile(
                    "Median prediction", Self.quantile(0.5, of: sorted),
                    note: "nine in ten between \(Self.quantile(0.05, of: sorted)) and "
                        + Self.quantile(0.95, of: sorted)))
        }
        if let worst = result.drift.first {
            tiles.append(
                Report.Tile("Largest drift", NumberText.percent(worst.shift), note: worst.column))
        } else if !model.profiles.isEmpty {
            tiles.append(Report.Tile("Largest drift", "none", note: "no column differs"))
        }
        let rate = seconds > 0 ? Double(result.rowsOut) / seconds : 0
        tiles.append(
            Report.Tile(
                "Time", NumberText.write(seconds, digits: 3) + " s",
                note: "\(NumberText.write(rate, digits: 2)) rows/s, "
                    + "\(ByteCountText.write(result.peakRssBytes)) peak memory, "
                    + "\(cost) on Fargate"))
        return tiles
    }

    private var rows: Report.Section {
        var cells = [
            ["in", NumberText.write(result.rowsIn)], ["out", NumberText.write(result.rowsOut)],
            ["left out with bad shards", NumberText.write(result.rowsQuarantined)],
        ]
        if sample["prediction_lower"] != nil {
            cells.append(["bounds exchanged", NumberText.write(result.crossedRows)])
            cells.append(["bounds moved to the prediction", NumberText.write(result.widenedRows)])
        }
        if let filter = result.filter {
            cells.append(["considered by the filter", NumberText.write(filter.rowsConsidered)])
        }
        return Report.Section(
            "Rows", lead: "Every row that went in came out, or is counted as left out.",
            items: [
                .table(
                    ReportTable("What became of the rows", titles: ["Rows", "Count"], rows: cells))
            ])
    }

    // MARK: Predictions

    private var predictions: Report.Section? {
        let names =
            model.hasSeveralTargets
            ? (0..<min(model.outputCount, Self.shownTargetCountMax)).map { "prediction_\($0)" }
            : ["prediction"]
        guard let rowCount = sample[names[0]]?.count else { return nil }
        let isClassification = !model.target.classLabels.isEmpty
        let title =
            model.outputCount > 1 && isClassification
            ? "probability of the likeliest class"
            : isClassification ? "probability of '\(model.target.classLabels[1])'" : "prediction"
        var items: [Report.Item] = []
        for name in names {
            guard let values = sample[name], let sorted = sorted(name),
                let range = QualitySections.range(values)
            else { continue }
            items.append(
                .figure(
                    histogram(
                        values, title: model.hasSeveralTargets ? name : title, range: range,
                        sorted: sorted)))
        }
        if let width = widths, let range = QualitySections.range(width) {
            items.append(
                .figure(
                    histogram(
                        width, title: "upper bound − lower bound", range: range,
                        sorted: width.filter(\.isFinite).sorted())))
        }
        let classes = model.target.classLabels.compactMap { label in
            sample["probability_" + label].map {
                [label, NumberText.percent(QualitySections.mean($0))]
            }
        }
        if !classes.isEmpty {
            items.append(
                .table(
                    ReportTable(
                        "Expected share of each class", titles: ["Class", "Mean probability"],
                        rows: classes)))
        }
        return Report.Section(
            "Predictions",
            lead: "Of a sample of \(NumberText.write(rowCount)) rows, evenly spread.",
            items: items)
    }

    private var widths: [Double]? {
        guard let lower = sample["prediction_lower"], let upper = sample["prediction_upper"]
        else { return nil }
        return zip(upper, lower).map { $0 - $1 }
    }

    private func histogram(
        _ values: [Double], title: String, range: ClosedRange<Double>, sorted: [Double]
    ) -> Figure {
        Figure(
            "Distribution: \(title)",
            description: "Mean \(NumberText.write(QualitySections.mean(sorted))); half of the rows "
                + "lie between \(Self.quantile(0.25, of: sorted)) and "
                + "\(Self.quantile(0.75, of: sorted)).",
            drawing: HistogramChart(
                xTitle: title, range: range,
                series: [
                    .init(
                        title,
                        QualitySections.shares(values, in: range, binCount: Self.binCount))
                ]),
            table: ReportTable(
                "Quantiles: \(title)", titles: ["Share of rows below", "Value"],
                rows: Self.quantiles.map {
                    [NumberText.percent($0), Self.quantile($0, of: sorted)]
                }))
    }

    /// The finite values of a column, ascending; nil if there are none.
    private func sorted(_ name: String) -> [Double]? {
        let sorted = (sample[name] ?? []).filter(\.isFinite).sorted()
        return sorted.isEmpty ? nil : sorted
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> String {
        guard !sorted.isEmpty else { return "none" }
        return NumberText.write(sorted[Int(share * Double(sorted.count - 1))])
    }

    // MARK: Inputs

    private var drift: Report.Section {
        guard !model.profiles.isEmpty else {
            return Report.Section(
                "Drift against training",
                items: [.note("The model does not record what training saw.")])
        }
        guard !result.drift.isEmpty else {
            return Report.Section(
                "Drift against training",
                items: [.note("No column has values that training did not see.")])
        }
        let rows = result.drift.map { column -> [String] in
            let seen = column.prediction
            let count = Double(max(seen.rows, 1))
            let trained = column.training
            return [
                column.column, NumberText.percent(column.shift),
                NumberText.percent(Double(trained.missing) / Double(max(trained.rows, 1))),
                NumberText.percent(Double(seen.missing) / count),
                NumberText.percent(Double(seen.belowMinimum + seen.aboveMaximum) / count),
                NumberText.percent(Double(seen.unseen) / count),
                Self.range(trained.minimum, trained.maximum),
                Self.range(seen.minimum, seen.maximum),
            ]
        }
        return Report.Section(
            "Drift against training",
            lead: "Shift is the largest of the share of rows outside the range of training, the "
                + "change of the share of missing values, and the growth of the share of unlisted "
                + "categories. From \(NumberText.percent(ColumnDrift.noticeableShift)) on it is "
                + "worth a look.",
            items: [
                .table(
                    ReportTable(
                        "Columns that differ",
                        titles: [
                            "Column", "Shift", "Missing, training", "Missing, here",
                            "Outside the range", "Unlisted", "Range of training", "Range here",
                        ], rows: rows))
            ])
    }

    private static func range(_ minimum: FiniteNumber?, _ maximum: FiniteNumber?) -> String {
        guard let low = minimum?.value, let high = maximum?.value else { return "–" }
        return "\(NumberText.write(low)) to \(NumberText.write(high))"
    }

    private var bad: Report.Section? {
        guard !quarantine.entries.isEmpty else { return nil }
        return Report.Section(
            "Shards left out",
            lead: "They could not be used; \(result.quarantine ?? "the quarantine list") is a "
                + "manifest with which --data does these alone again.",
            items: [
                .table(
                    ReportTable(
                        "Shards left out", titles: ["Shard", "Rows", "Error", "Reason"],
                        rows: quarantine.entries.map {
                            [
                                $0.url, $0.rows.map { NumberText.write($0) } ?? "unknown",
                                $0.error, $0.message,
                            ]
                        }))
            ])
    }
}
