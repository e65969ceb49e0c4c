import Evaluation
import Models

/// Predictions beside what they should have been, as the sections of a report look at them.
struct ReportRows: Sendable {
    /// (rows × classCount), transformed, row-major.
    var predictions: [Double]
    /// (rows)
    var labels: [Double]
    /// (rows), or nil: each row counts as 1.
    var weights: [Double]?
    /// (rows) bounds, or nil.
    var bounds: (lower: [Double], upper: [Double])?
    /// 1, or the number of classes.
    var classCount = 1
    /// Whether these are one of several quantiles: `pinball` is then a mean that they cannot give.
    var hasSeveralQuantiles = false
    /// What metrics need besides rows.
    var parameters = EvaluationParameters()
    /// Rows of the whole that these stand for.
    var populationCount: Int

    var rowCount: Int { labels.count }

    /// Hands the rows to `body` as the metrics want them.
    func withScoredRows<Result>(_ body: (ScoredRows) throws -> Result) rethrows -> Result {
        try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                var rows = ScoredRows(
                    predictions: predictions, labels: labels, classCount: classCount)
                parameters.apply(to: &rows)
                return try withOptional(weights) { weights in
                    rows.weights = weights
                    return try withOptional(bounds?.lower) { lower in
                        rows.lower = lower
                        return try withOptional(bounds?.upper) { upper in
                            rows.upper = upper
                            return try body(rows)
                        }
                    }
                }
            }
        }
    }

    private func withOptional<Result>(
        _ values: [Double]?, _ body: (UnsafeBufferPointer<Double>?) throws -> Result
    ) rethrows -> Result {
        guard let values else { return try body(nil) }
        return try values.withUnsafeBufferPointer { try body($0) }
    }
}
