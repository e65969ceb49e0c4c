import Calibration
import Evaluation
import Objectives

/// Everything that metrics need, of rows that have a target.
struct EvaluatedRows: Sendable {
    /// (rows × classCount), row by row, transformed; of several quantiles all of them.
    var predictions: [Double] = []
    /// (rows)
    var labels: [Double] = []
    /// (rows), or empty when every row counts as 1.
    var weights: [Double] = []
    /// (rows), or empty without an interval.
    var lower: [Double] = []
    var upper: [Double] = []
    var classCount = 1
    /// (classCount) the levels of several quantiles; else empty.
    var levels: [Double] = []
    /// (rows) the query of each, numbered from 0; or empty.
    var queries: [Int32] = []
    var parameters = EvaluationParameters()

    var count: Int { labels.count }

    init() {}

    /// Labels and weights as training keeps them.
    init(
        predictions: [Double], of labels: TargetPass.Labels, classCount: Int = 1,
        levels: [Double] = [], parameters: EvaluationParameters
    ) {
        self.predictions = predictions
        self.levels = levels
        self.labels = labels.labels.map(Double.init)
        weights = labels.weights.map { $0.map(Double.init) } ?? []
        self.classCount = classCount
        queries = labels.queries ?? []
        self.parameters = parameters
    }

    /// The rows at some positions.
    func rows(at positions: [Int]) -> EvaluatedRows {
        func chosen<Value>(_ values: [Value]) -> [Value] {
            values.isEmpty ? [] : positions.map { values[$0] }
        }
        var rows = EvaluatedRows()
        rows.predictions = positions.flatMap {
            predictions[$0 * classCount..<($0 + 1) * classCount]
        }
        rows.labels = chosen(labels)
        rows.weights = chosen(weights)
        rows.lower = chosen(lower)
        rows.upper = chosen(upper)
        rows.queries = chosen(queries)
        rows.classCount = classCount
        rows.levels = levels
        rows.parameters = parameters
        return rows
    }

    /// The metrics, and of an interval its mean width.
    /// - Throws: `EvaluationError` for a metric that these rows cannot give.
    func evaluate(_ metrics: [Metric]) throws -> [String: FiniteNumber] {
        var results = try values(of: metrics).mapValues { FiniteNumber($0) }
        if !lower.isEmpty {
            results["mean_width"] = FiniteNumber(intervalQuality.meanWidth)
        } else if !levels.isEmpty {
            results["mean_width"] = FiniteNumber(central.intervalQuality.meanWidth)
        }
        return results
    }

    /// The metrics by name.
    /// - Throws: `EvaluationError` for a metric that these rows cannot give.
    func values(of metrics: [Metric]) throws -> [String: Double] {
        guard levels.isEmpty else { return try quantileValues(of: metrics) }
        let groups = queries.isEmpty ? nil : QueryGroups(queryOfRow: queries)
        return try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                try weights.withUnsafeBufferPointer { weights in
                    try lower.withUnsafeBufferPointer { lower in
                        try upper.withUnsafeBufferPointer { upper in
                            var rows = ScoredRows(
                                predictions: predictions, labels: labels,
                                weights: weights.isEmpty ? nil : weights, classCount: classCount,
                                lower: lower.isEmpty ? nil : lower,
                                upper: upper.isEmpty ? nil : upper)
                            parameters.apply(to: &rows)
                            rows.queries = groups.map {
                                RankedQueries(starts: $0.starts, rows: $0.rows)
                            }
                            return Dictionary(
                                try Metric.evaluate(metrics, on: rows).map { ($0.name, $0.value) },
                                uniquingKeysWith: { first, _ in first })
                        }
                    }
                }
            }
        }
    }

    private var intervalQuality: IntervalQuality {
        var quality = IntervalQuality()
        for row in labels.indices {
            quality.add(
                lower: lower[row], upper: upper[row], truth: labels[row],
                weight: weights.isEmpty ? 1 : weights[row])
        }
        return quality
    }

    /// How often the second class came true, by its probability.
    var reliability: ReliabilityTable {
        var table = ReliabilityTable()
        for row in labels.indices {
            table.add(
                probability: predictions[row], outcome: labels[row],
                weight: weights.isEmpty ? 1 : weights[row])
        }
        return table
    }
}
