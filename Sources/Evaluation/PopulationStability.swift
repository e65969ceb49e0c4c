import CKernels

/// How far one distribution is from another: the population stability index,
/// Σ (p − q) · ln(p / q) over bins. Below 0.1 is usually called stable, above 0.25 shifted.
package enum PopulationStability {
    /// - Parameters:
    ///   - expected: (bins) counts of the rows compared with, for example those of training.
    ///   - actual: (bins) counts of the rows looked at.
    /// - Returns: nil when either has no rows. Empty bins count as half a row, so that the index
    ///   stays finite.
    package static func index(expected: [Int], actual: [Int]) -> Double? {
        precondition(expected.count == actual.count)
        let totals = (expected.reduce(0, +), actual.reduce(0, +))
        guard totals.0 > 0, totals.1 > 0 else { return nil }
        return zip(expected, actual).reduce(0) { sum, pair in
            guard pair.0 + pair.1 > 0 else { return sum }
            let p = max(Double(pair.0), 0.5) / Double(totals.0)
            let q = max(Double(pair.1), 0.5) / Double(totals.1)
            return sum + (p - q) * martlet_log(p / q)
        }
    }
}
