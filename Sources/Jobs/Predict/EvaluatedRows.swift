import Calibration
import Evaluation

/// Everything that metrics need, of rows that have a target.
struct EvaluatedRows: Sendable {
    var predictions: [Double] = []
    var labels: [Double] = []
    /// (rows), or empty when every row counts as 1.
    var weights: [Double] = []
    /// (rows), or empty without an interval.
    var lower: [Double] = []
    var upper: [Double] = []

    var count: Int { labels.count }

    /// The rows at some positions.
    func rows(at positions: [Int]) -> EvaluatedRows {
        func chosen(_ values: [Double]) -> [Double] {
            values.isEmpty ? [] : positions.map { values[$0] }
        }
        return EvaluatedRows(
            predictions: chosen(predictions), labels: chosen(labels), weights: chosen(weights),
            lower: chosen(lower), upper: chosen(upper))
    }

    /// The metrics, and of an interval its mean width.
    /// - Throws: `EvaluationError` for a metric that these rows cannot give.
    func evaluate(_ metrics: [Metric], alpha: Double?) throws -> [String: FiniteNumber] {
        let values = try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                try weights.withUnsafeBufferPointer { weights in
                    try lower.withUnsafeBufferPointer { lower in
                        try upper.withUnsafeBufferPointer { upper in
                            try Metric.evaluate(
                                metrics,
                                on: ScoredRows(
                                    predictions: predictions, labels: labels,
                                    weights: weights.isEmpty ? nil : weights,
                                    lower: lower.isEmpty ? nil : lower,
                                    upper: upper.isEmpty ? nil : upper, alpha: alpha))
                        }
                    }
                }
            }
        }
        var results = Dictionary(
            values.map { ($0.name, FiniteNumber($0.value)) }, uniquingKeysWith: { a, _ in a })
        if !lower.isEmpty {
            results["mean_width"] = FiniteNumber(intervalQuality.meanWidth)
        }
        return results
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
