import Evaluation

/// Predictions beside what they should have been, as training keeps them.
struct LabelledPredictions {
    /// (rows), transformed.
    let predictions: [Double]
    /// (rows)
    let labels: [Float]
    let weights: [Float]?
    /// The level of a quantile, for `pinball`.
    let alpha: Double?

    /// - Throws: `EvaluationError` for a metric that these rows cannot give.
    func evaluate(_ metrics: [Metric]) throws -> [String: Double] {
        let labels = labels.map(Double.init)
        let weights = weights.map { $0.map(Double.init) }
        return try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                guard let weights else {
                    return try evaluate(
                        metrics,
                        ScoredRows(predictions: predictions, labels: labels, alpha: alpha))
                }
                return try weights.withUnsafeBufferPointer { weights in
                    try evaluate(
                        metrics,
                        ScoredRows(
                            predictions: predictions, labels: labels, weights: weights,
                            alpha: alpha))
                }
            }
        }
    }

    private func evaluate(_ metrics: [Metric], _ rows: ScoredRows) throws -> [String: Double] {
        Dictionary(
            try Metric.evaluate(metrics, on: rows).map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }
}
