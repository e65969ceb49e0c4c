/// Makes an interval of three independent predictions.
enum IntervalBounds {
    /// Exchanges bounds that cross, then widens them to hold the point.
    /// - Parameters:
    ///   - point: (rowCount).
    ///   - lower: (rowCount), rewritten so that `lower <= point <= upper`.
    ///   - upper: (rowCount), rewritten.
    /// - Returns: rows that crossed, and rows that were widened.
    static func order(
        point: UnsafeBufferPointer<Double>, lower: UnsafeMutableBufferPointer<Double>,
        upper: UnsafeMutableBufferPointer<Double>
    ) -> (crossed: Int, widened: Int) {
        precondition(lower.count == point.count && upper.count == point.count)
        var crossed = 0
        var widened = 0
        for row in 0..<point.count {
            let low = min(lower[row], upper[row])
            let high = max(lower[row], upper[row])
            crossed += lower[row] > upper[row] ? 1 : 0
            widened += low > point[row] || high < point[row] ? 1 : 0
            lower[row] = min(low, point[row])
            upper[row] = max(high, point[row])
        }
        return (crossed, widened)
    }
}

extension PredictionCounts {
    mutating func addBounds(_ counts: (crossed: Int, widened: Int)) {
        crossedRowCount += counts.crossed
        widenedRowCount += counts.widened
    }
}
