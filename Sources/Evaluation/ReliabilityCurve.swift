/// Whether probabilities mean what they say: rows in bins of their predicted probability, and the
/// share of the second class in each.
package struct ReliabilityCurve: Hashable, Sendable {
    package struct Bin: Hashable, Sendable {
        package var rowCount: Int
        /// Mean of the predicted probabilities.
        package var predicted: Double
        /// Share of the rows that are of the second class.
        package var observed: Double
    }

    /// Bins that hold rows, by rising probability.
    package private(set) var bins: [Bin] = []
    /// Mean of |predicted − observed| over the rows: the expected calibration error.
    package private(set) var expectedError = 0.0

    /// - Parameters:
    ///   - rows: labels above 0 are the second class; predictions are its probabilities.
    ///   - binCount: bins of equal width in 0...1.
    package init(_ rows: ScoredRows, binCount: Int = 10) {
        precondition(rows.classCount == 1 && binCount > 0)
        var count = [Int](repeating: 0, count: binCount)
        var weight = [Double](repeating: 0, count: binCount)
        var predicted = weight
        var positive = weight
        for row in 0..<rows.rowCount where rows.predictions[row].isFinite {
            let probability = min(max(rows.predictions[row], 0), 1)
            let bin = min(Int(probability * Double(binCount)), binCount - 1)
            let share = rows.weights?[row] ?? 1
            count[bin] += 1
            weight[bin] += share
            predicted[bin] += share * probability
            positive[bin] += rows.labels[row] > 0 ? share : 0
        }
        let total = weight.reduce(0, +)
        for bin in 0..<binCount where weight[bin] > 0 {
            let entry = Bin(
                rowCount: count[bin], predicted: predicted[bin] / weight[bin],
                observed: positive[bin] / weight[bin])
            bins.append(entry)
            expectedError += abs(entry.predicted - entry.observed) * weight[bin] / total
        }
    }
}
