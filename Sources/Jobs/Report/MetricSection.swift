import Evaluation
import Reports

/// The metrics of every set of rows, with what chance could have made of them.
struct MetricSection {
    /// Data set to metric name to value, over all rows.
    let metrics: [String: [String: Double]]
    /// The rows that intervals are drawn from, and the data set they belong to.
    let rows: ReportRows
    let dataSet: String
    /// By metric name; metrics without an interval are left out.
    let intervals: [String: BootstrapInterval]

    /// Intervals are worth their time for so many metrics.
    private static let intervalCountMax = 8

    init(
        metrics: [String: [String: Double]], rows: ReportRows, dataSet: String, seed: UInt64
    ) {
        self.metrics = metrics
        self.rows = rows
        self.dataSet = dataSet
        intervals = Self.intervals(of: metrics[dataSet] ?? [:], on: rows, seed: seed)
    }

    func make() -> Report.Section {
        let sets = metrics.keys.sorted { ($0 == dataSet ? 0 : 1, $0) < ($1 == dataSet ? 0 : 1, $1) }
        let names = Set(metrics.values.flatMap(\.keys)).sorted()
        let cells = names.map { name in
            [name]
                + sets.map { set in metrics[set]?[name].map { NumberText.write($0) } ?? "–" }
                + [
                    intervals[name].map {
                        "\(NumberText.write($0.lower)) to \(NumberText.write($0.upper))"
                    } ?? "–"
                ]
        }
        return Report.Section(
            "Metrics",
            lead: "The interval says where the metric would lie in 95 of 100 samples like this one "
                + "(bootstrap, 200 samples of \(NumberText.write(rows.rowCount)) rows).",
            items: [
                .table(
                    ReportTable(
                        "Metrics by data set",
                        titles: ["Metric"] + sets + ["95 % interval, \(dataSet)"], rows: cells))
            ])
    }

    private static func intervals(
        of metrics: [String: Double], on rows: ReportRows, seed: UInt64
    ) -> [String: BootstrapInterval] {
        var result: [String: BootstrapInterval] = [:]
        for name in metrics.keys.sorted().prefix(intervalCountMax) {
            guard let metric = try? Metric(name: name), !metric.isSumOfRows else {
                // A sum over a sample says nothing of the sum over all rows.
                continue
            }
            if metric == .pinball, rows.hasSeveralQuantiles { continue }
            var random = RandomStream(seed: seed, row: 0)
            result[name] = rows.withScoredRows {
                BootstrapInterval(
                    metric, on: $0, populationCount: rows.populationCount, using: &random)
            }
        }
        return result
    }
}
