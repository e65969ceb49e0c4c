import Reports

/// The folds of a cross-validation, and how their metric went from round to round.
struct CrossValidationSection {
    let report: CrossValidationReport

    /// Rows of the table of rounds at most.
    private static let rowCountMax = 60

    func make() -> Report.Section {
        let names = report.metrics.keys.sorted {
            ($0 == report.metric ? 0 : 1, $0) < ($1 == report.metric ? 0 : 1, $1)
        }
        var rows = report.folds.enumerated().map { index, fold in
            ["\(index + 1)", NumberText.write(fold.rows), NumberText.write(fold.validRows)]
                + names.map { Self.text(fold.metrics[$0]) }
        }
        rows.append(["mean", "", ""] + names.map { Self.text(report.metrics[$0]?.mean) })
        rows.append(["deviation", "", ""] + names.map { Self.text(report.metrics[$0]?.std) })
        return Report.Section(
            "Cross-validation",
            lead: "Each fold was held out of a training on the others. The model was then trained "
                + "on all rows, with the number of rounds that had the best mean.",
            items: [figure.map { Report.Item.figure($0) }].compactMap { $0 } + [
                .table(
                    ReportTable(
                        "Folds after round \(report.bestIteration)",
                        titles: ["Fold", "Rows", "Held out"] + names, rows: rows))
            ])
    }

    private var figure: Figure? {
        guard let history = report.rounds[report.metric], history.mean.count > 1 else { return nil }
        let count = min(history.mean.count, Self.rowCountMax)
        let stops = (1...count).map { $0 * history.mean.count / count }
        func line(_ name: String, _ sign: Double) -> LineChart.Series {
            LineChart.Series(
                name,
                stops.map { round in
                    let mean = history.mean[round - 1].value ?? .nan
                    return (Double(round), mean + sign * (history.std[round - 1].value ?? .nan))
                })
        }
        let best = report.best
        return Figure(
            "\(report.metric) by iteration, over \(report.folds.count) folds",
            description: "The mean is best after \(report.bestIteration) iterations: "
                + "\(Self.text(best?.mean)), deviation \(Self.text(best?.std)).",
            drawing: LineChart(
                xTitle: "iterations", yTitle: report.metric,
                series: [
                    line("mean", 0), line("mean + deviation", 1), line("mean - deviation", -1),
                ],
                mark: (Double(report.bestIteration), "best iteration \(report.bestIteration)")),
            table: ReportTable(
                "\(report.metric) by number of trees", titles: ["Iterations", "Mean", "Deviation"],
                rows: stops.map { round in
                    [
                        NumberText.write(round), Self.text(history.mean[round - 1]),
                        Self.text(history.std[round - 1]),
                    ]
                }))
    }

    private static func text(_ number: FiniteNumber?) -> String {
        number?.value.map { NumberText.write($0) } ?? "–"
    }
}
