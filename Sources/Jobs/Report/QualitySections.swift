import Calibration
import Evaluation
import Models
import Reports

/// The sections of a report that compare predictions with labels, as the kind of target asks.
struct QualitySections {
    let rows: ReportRows
    let target: ModelTarget
    /// What the rows are: `validation rows`, `training rows`.
    let rowsName: String

    /// Bins of histograms.
    private static let binCount = 40

    func make() -> [Report.Section] {
        guard rows.rowCount > 1 else { return [] }
        if rows.classCount > 1 { return [confusion].compactMap { $0 } }
        if target.classLabels.count == 2 {
            return [ranking, reliability, scores].compactMap { $0 }
        }
        return [agreement, residuals, coverage].compactMap { $0 }
    }

    // MARK: Regression

    private var agreement: Report.Section? {
        let range = Self.range(rows.labels + rows.predictions)
        guard let range else { return nil }
        let chart = DensityChart(
            xTitle: "actual \(target.name)", yTitle: "predicted", x: rows.labels,
            y: rows.predictions, xRange: range, yRange: range, hasDiagonal: true)
        return Report.Section(
            "Predicted against actual",
            lead: "On the dashed line the prediction is right; darker cells hold more rows.",
            items: [
                .figure(
                    Figure(
                        "Predicted against actual, \(rowsName)",
                        description: "\(NumberText.write(rows.rowCount)) \(rowsName). "
                            + "Labels have mean \(NumberText.write(Self.mean(rows.labels))), "
                            + "predictions \(NumberText.write(Self.mean(rows.predictions))).",
                        drawing: chart, table: decileTable))
            ])
    }

    /// Means of labels and predictions by tenth of the predictions.
    private var decileTable: ReportTable {
        let order = rows.predictions.indices.sorted { rows.predictions[$0] < rows.predictions[$1] }
        let cells = (0..<10).compactMap { tenth -> [String]? in
            let part = order[(order.count * tenth / 10)..<(order.count * (tenth + 1) / 10)]
            guard !part.isEmpty else { return nil }
            return [
                "\(tenth + 1)", NumberText.write(part.count),
                NumberText.write(Self.mean(part.map { rows.predictions[$0] })),
                NumberText.write(Self.mean(part.map { rows.labels[$0] })),
            ]
        }
        return ReportTable(
            "Mean prediction and mean label by tenth of the predictions",
            titles: ["Tenth", "Rows", "Predicted", "Actual"], rows: cells)
    }

    private var residuals: Report.Section? {
        let residuals = zip(rows.labels, rows.predictions).map { $0 - $1 }
        guard let range = Self.range(residuals), let across = Self.range(rows.predictions) else {
            return nil
        }
        let shares = Self.shares(residuals, in: range, binCount: Self.binCount)
        let sorted = residuals.filter(\.isFinite).sorted()
        func quantile(_ q: Double) -> String {
            NumberText.write(sorted[Int(q * Double(sorted.count - 1))])
        }
        let spread =
            "Half of the residuals lie between \(quantile(0.25)) and \(quantile(0.75)), nine in "
            + "ten between \(quantile(0.05)) and \(quantile(0.95))."
        return Report.Section(
            "Residuals",
            lead: "Actual minus predicted. A good model leaves them centred on 0 everywhere.",
            items: [
                .figure(
                    Figure(
                        "Distribution of residuals", description: spread,
                        drawing: HistogramChart(
                            xTitle: "actual − predicted", range: range,
                            series: [.init("residuals", shares)]))),
                .figure(
                    Figure(
                        "Residuals by prediction",
                        description: "A slope or a fan shows where the model errs on one side.",
                        drawing: DensityChart(
                            xTitle: "predicted", yTitle: "actual − predicted",
                            x: rows.predictions, y: residuals, xRange: across, yRange: range,
                            hasDiagonal: false))),
            ])
    }

    private var coverage: Report.Section? {
        guard let bounds = rows.bounds else { return nil }
        let order = rows.predictions.indices.sorted { rows.predictions[$0] < rows.predictions[$1] }
        var points: [(x: Double, y: Double)] = []
        var cells: [[String]] = []
        for tenth in 0..<10 {
            let part = order[(order.count * tenth / 10)..<(order.count * (tenth + 1) / 10)]
            guard !part.isEmpty else { continue }
            let inside = part.filter {
                rows.labels[$0] >= bounds.lower[$0] && rows.labels[$0] <= bounds.upper[$0]
            }
            let share = Double(inside.count) / Double(part.count)
            points.append((Double(tenth + 1), share))
            cells.append([
                "\(tenth + 1)", NumberText.percent(share),
                NumberText.write(Self.mean(part.map { bounds.upper[$0] - bounds.lower[$0] })),
            ])
        }
        let total = zip(rows.labels.indices, rows.labels).filter {
            $0.1 >= bounds.lower[$0.0] && $0.1 <= bounds.upper[$0.0]
        }
        let share = Double(total.count) / Double(rows.rowCount)
        return Report.Section(
            "Interval coverage",
            lead: "The share of labels inside the bounds, by tenth of the predictions.",
            items: [
                .figure(
                    Figure(
                        "Coverage by prediction",
                        description: "Over all rows the bounds hold \(NumberText.percent(share)) "
                            + "of the labels.",
                        drawing: LineChart(
                            xTitle: "tenth of the predictions", yTitle: "share inside",
                            series: [.init("coverage", points, hasDots: true)],
                            reference: ((1, share), (10, share))),
                        table: ReportTable(
                            "Coverage and mean width by tenth of the predictions",
                            titles: ["Tenth", "Coverage", "Mean width"], rows: cells)))
            ])
    }
}

// MARK: - Classification

extension QualitySections {
    private var ranking: Report.Section? {
        guard let curves = rows.withScoredRows({ ThresholdCurves($0) }) else { return nil }
        let area = rows.withScoredRows { try? Metric.auc.evaluate($0) } ?? .nan
        let share = curves.positiveShare
        return Report.Section(
            "Ranking", lead: "How well the scores part the two classes, at every threshold.",
            items: [
                .figure(
                    Figure(
                        "ROC curve",
                        description: "Area under the curve \(NumberText.write(area)); 0.5 is "
                            + "chance, the dashed line.",
                        drawing: LineChart(
                            xTitle: "false positive rate", yTitle: "true positive rate",
                            series: [.init("ROC", curves.roc.map { ($0.x, $0.y) })],
                            reference: ((0, 0), (1, 1)), isUnitSquare: true))),
                .figure(
                    Figure(
                        "Precision and recall",
                        description: "\(NumberText.percent(share)) of the rows are "
                            + "'\(target.classLabels[1])': the precision of chance.",
                        drawing: LineChart(
                            xTitle: "recall", yTitle: "precision",
                            series: [
                                .init("precision", curves.precisionRecall.map { ($0.x, $0.y) })
                            ], reference: ((0, share), (1, share)), isUnitSquare: true))),
            ])
    }

    private var reliability: Report.Section? {
        var table = ReliabilityTable()
        for row in 0..<rows.rowCount {
            table.add(
                probability: rows.predictions[row], outcome: rows.labels[row],
                weight: rows.weights?[row] ?? 1)
        }
        let bins = table.bins.filter { $0.rowCount > 0 }
        guard !bins.isEmpty else { return nil }
        let numbers = ReportTable(
            "Reliability", titles: ["Predicted", "Observed", "Rows"],
            rows: bins.map {
                [
                    NumberText.write($0.meanProbability), NumberText.write($0.outcomeRate),
                    NumberText.write($0.rowCount),
                ]
            })
        let points = bins.map { (x: $0.meanProbability, y: $0.outcomeRate) }
        return Report.Section(
            "Calibration",
            lead: "Of the rows given 30 % about 30 % should be "
                + "'\(target.classLabels[1])': points on the dashed line.",
            items: [
                .figure(
                    Figure(
                        "Reliability",
                        description:
                            "Mean distance from the line: \(NumberText.write(table.expectedError)).",
                        drawing: LineChart(
                            xTitle: "predicted probability", yTitle: "observed share",
                            series: [.init("observed", points, hasDots: true)],
                            reference: ((0, 0), (1, 1)), isUnitSquare: true), table: numbers))
            ])
    }

    private var scores: Report.Section? {
        let groups = [false, true].map { isSecond in
            rows.predictions.indices.filter { (rows.labels[$0] > 0) == isSecond }
                .map { rows.predictions[$0] }
        }
        guard groups.allSatisfy({ !$0.isEmpty }) else { return nil }
        let series = zip(target.classLabels, groups).map { label, values in
            HistogramChart.Series(
                label, Self.shares(values, in: 0...1, binCount: Self.binCount))
        }
        return Report.Section(
            "Scores by class",
            items: [
                .figure(
                    Figure(
                        "Predicted probability by actual class",
                        description: "Mean of '\(target.classLabels[0])' "
                            + "\(NumberText.write(Self.mean(groups[0]))), of "
                            + "'\(target.classLabels[1])' \(NumberText.write(Self.mean(groups[1]))).",
                        drawing: HistogramChart(
                            xTitle: "probability of '\(target.classLabels[1])'", range: 0...1,
                            series: series)))
            ])
    }

    /// Classes beyond this many would make a table that nobody reads.
    private static var confusionClassCountMax: Int { 20 }

    private var confusion: Report.Section? {
        let count = rows.classCount
        guard count <= Self.confusionClassCountMax, target.classLabels.count == count else {
            return nil
        }
        var cells = [Int](repeating: 0, count: count * count)
        for row in 0..<rows.rowCount {
            let label = Int(rows.labels[row])
            guard (0..<count).contains(label) else { continue }
            var best = 0
            for k in 1..<count
            where rows.predictions[row * count + k] > rows.predictions[row * count + best] {
                best = k
            }
            cells[label * count + best] += 1
        }
        let table = ReportTable(
            "Rows by actual class (lines) and predicted class (columns)",
            titles: ["actual"] + target.classLabels,
            rows: (0..<count).map { label in
                [target.classLabels[label]]
                    + (0..<count).map { NumberText.write(cells[label * count + $0]) }
            })
        return Report.Section("Confusion", items: [.table(table)])
    }

    // MARK: Statistics

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    /// From the first to the last value, but a thousandth at each end, so that one outlier does
    /// not flatten the picture; nil without finite values.
    static func range(_ values: [Double]) -> ClosedRange<Double>? {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let margin = sorted.count / 1_000
        let low = sorted[margin]
        let high = sorted[sorted.count - 1 - margin]
        return low < high ? low...high : first < last ? first...last : first - 1...first + 1
    }

    /// Share of the values in each of `binCount` bins; values outside count in the end bins.
    static func shares(
        _ values: [Double], in range: ClosedRange<Double>, binCount: Int
    ) -> [Double] {
        var counts = [Int](repeating: 0, count: binCount)
        let width = range.upperBound - range.lowerBound
        for value in values where value.isFinite {
            let share = min(max((value - range.lowerBound) / width, 0), 1)
            counts[min(Int(share * Double(binCount)), binCount - 1)] += 1
        }
        let total = Double(max(counts.reduce(0, +), 1))
        return counts.map { Double($0) / total }
    }
}
