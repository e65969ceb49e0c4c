/// Predictions beside what they should have been. Buffers of the caller, never copied.
package struct ScoredRows {
    /// (rowCount × classCount), row-major, after the score transform: numbers of a regression,
    /// probabilities of the second class (binary, `classCount` 1), or of each class.
    package var predictions: UnsafeBufferPointer<Double>
    /// (rowCount) numbers; binary: above 0 is the second class; multiclass: index of the class.
    package var labels: UnsafeBufferPointer<Double>
    /// (rowCount), not negative; nil counts every row as 1.
    package var weights: UnsafeBufferPointer<Double>?
    package var classCount: Int
    /// (rowCount) bounds of the predictions, for `coverage`.
    package var lower: UnsafeBufferPointer<Double>?
    package var upper: UnsafeBufferPointer<Double>?
    /// Level of a quantile, in 0...1, for `pinball`; where lines begin, for `huber`.
    package var alpha: Double?
    /// For `fair`; LightGBM's default.
    package var fairC = 1.0
    /// For `tweedie`; LightGBM's default.
    package var tweedieVariancePower = 1.5
    /// For rankings.
    package var queries: RankedQueries?
    /// What each grade is worth to `ndcg`; empty for 2^grade - 1.
    package var labelGain: [Double] = []

    /// - Precondition: the counts fit together.
    package init(
        predictions: UnsafeBufferPointer<Double>, labels: UnsafeBufferPointer<Double>,
        weights: UnsafeBufferPointer<Double>? = nil, classCount: Int = 1,
        lower: UnsafeBufferPointer<Double>? = nil, upper: UnsafeBufferPointer<Double>? = nil,
        alpha: Double? = nil
    ) {
        precondition(classCount >= 1 && predictions.count == labels.count * classCount)
        precondition(weights.map { $0.count == labels.count } ?? true)
        precondition(lower.map { $0.count == labels.count } ?? true)
        precondition(upper.map { $0.count == labels.count } ?? true)
        self.predictions = predictions
        self.labels = labels
        self.weights = weights
        self.classCount = classCount
        self.lower = lower
        self.upper = upper
        self.alpha = alpha
    }

    package var rowCount: Int { labels.count }
}
