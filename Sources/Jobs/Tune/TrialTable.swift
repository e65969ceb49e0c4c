import Columns
import Evaluation
import Models
import Reports

/// All trials of a search, as files and in the report.
struct TrialTable {
    static let jsonName = "trials.json"
    static let parquetName = "trials.parquet"
    /// Lines of the summary on a terminal at most.
    private static let lineCountMax = 10

    /// By rung, then by trial.
    private let outcomes: [TrialOutcome]
    private let best: TrialOutcome
    private let metric: Metric
    /// Of the space, and of the metrics.
    private let parameterNames: [String]
    private let metricNames: [String]

    init(_ outcomes: [TrialOutcome], best: TrialOutcome, metric: Metric) {
        self.outcomes = outcomes
        self.best = best
        self.metric = metric
        parameterNames = best.values.keys.sorted()
        metricNames = best.report.metrics.keys.sorted {
            ($0 == metric.name ? 0 : 1, $0) < ($1 == metric.name ? 0 : 1, $1)
        }
    }

    /// From the best of the last rung on.
    private var ranked: [TrialOutcome] {
        let rungs = Dictionary(grouping: outcomes, by: \.rung).sorted { $0.key > $1.key }
        return rungs.flatMap { $0.value.ranked(higherIsBetter: metric.higherIsBetter) }
    }

    private func isBest(_ outcome: TrialOutcome) -> Bool {
        outcome.trial == best.trial && outcome.rung == best.rung
    }

    // MARK: Files

    private struct Row: Encodable {
        var trial: Int
        var rung: Int
        var share: Double
        var isBest: Bool
        var parameters: [String: JSONValue]
        var bestIteration: Int
        var metrics: [String: CrossValidationReport.Spread]
    }

    /// One object a line in an array, so that it can be looked at.
    func json() throws(JobFailure) -> String {
        var lines: [String] = []
        for outcome in outcomes {
            lines.append(
                try JSONText.encode(
                    Row(
                        trial: outcome.trial, rung: outcome.rung, share: outcome.share,
                        isBest: isBest(outcome), parameters: outcome.values,
                        bestIteration: outcome.report.bestIteration,
                        metrics: outcome.report.metrics)))
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }

    /// `trial`, `rung`, `share`, `is_best`, the parameters, `best_iteration`, and of each metric
    /// its mean and its deviation `…_std`.
    var batch: RecordBatch {
        var columns = [
            integers("trial", outcomes.map(\.trial)), integers("rung", outcomes.map(\.rung)),
            doubles("share", outcomes.map(\.share)),
            Column(
                field: Field(name: "is_best", type: .boolean, isNullable: false),
                values: .boolean(ColumnBuffer(outcomes.map { isBest($0) ? 1 : 0 }))),
        ]
        columns += parameterNames.map(parameterColumn)
        columns.append(integers("best_iteration", outcomes.map(\.report.bestIteration)))
        for name in metricNames {
            let spreads = outcomes.map { $0.report.metrics[name] }
            columns.append(doubles(name, spreads.map { $0?.mean.value }))
            columns.append(doubles(name + "_std", spreads.map { $0?.std.value }))
        }
        return RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: outcomes.count)
    }

    private func integers(_ name: String, _ values: [Int]) -> Column {
        Column(
            field: Field(name: name, type: .int64, isNullable: false),
            values: .int64(ColumnBuffer(values.map(Int64.init))))
    }

    private func doubles(_ name: String, _ values: [Double?]) -> Column {
        Column(
            field: Field(name: name, type: .double),
            values: .double(ColumnBuffer(values.map { $0 ?? 0 })),
            validity: values.contains { $0 == nil } ? Validity(values.map { $0 != nil }) : nil)
    }

    /// Numbers where all values are some, otherwise text.
    private func parameterColumn(_ name: String) -> Column {
        let values = outcomes.map { $0.values[name] ?? .null }
        let integers = values.compactMap { value -> Int64? in
            if case .integer(let number) = value { number } else { nil }
        }
        if integers.count == values.count { return self.integers(name, integers.map(Int.init)) }
        let numbers = values.compactMap { Double($0.plainText) }
        if numbers.count == values.count { return doubles(name, numbers) }
        return Column(
            field: Field(name: name, type: .string, isNullable: false),
            values: .byteArrays(ByteArrays(values.map(\.plainText))))
    }

    // MARK: For people

    /// The best trials, for a terminal.
    var lines: [SummaryLine] {
        let shown = ranked.prefix(Self.lineCountMax)
        let rows =
            [["trial", "rounds", metric.name] + parameterNames]
            + shown.map { outcome in
                [
                    "\(outcome.trial)" + (isBest(outcome) ? " *" : ""),
                    "\(outcome.report.bestIteration)",
                    outcome.score.map { SummaryLine.rounded($0) } ?? "none",
                ] + parameterNames.map { outcome.values[$0]?.plainText ?? "" }
            }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { index, row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return SummaryLine(index == 0 ? "trials" : "", cells.joined(separator: "  "))
        }
    }

    var section: Report.Section {
        Report.Section(
            "Search",
            lead: "The best trial of the last rung was trained anew on all rows, with its best "
                + "number of rounds.",
            items: [
                .table(
                    ReportTable(
                        "Trials, from the best on",
                        titles: ["Trial", "Rung", "Share of rows"] + parameterNames + ["Rounds"]
                            + metricNames,
                        rows: ranked.map { outcome in
                            [
                                NumberText.write(outcome.trial), NumberText.write(outcome.rung),
                                NumberText.percent(outcome.share),
                            ] + parameterNames.map { outcome.values[$0]?.plainText ?? "" }
                                + [NumberText.write(outcome.report.bestIteration)]
                                + metricNames.map { name in
                                    outcome.report.metrics[name]?.mean.value.map {
                                        NumberText.write($0)
                                    } ?? "–"
                                }
                        }))
            ])
    }
}
