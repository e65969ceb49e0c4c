/// What coefficients of standardised columns cost: `l1 |c|₁ + l2 |c|² / 2`, beside half the sum of
/// squared errors or the sum of log losses.
package struct LinearPenalty: Hashable, Sendable {
    package var l1: Double
    package var l2: Double

    package init(l1: Double = 0, l2: Double = 0) {
        self.l1 = l1
        self.l2 = l2
    }

    /// - Throws: `invalidParameter` for a negative or infinite penalty.
    package func validate() throws(LinearModelError) {
        for (name, value) in [("lambda_l1", l1), ("lambda_l2", l2)] {
            guard value >= 0, value.isFinite else {
                throw LinearModelError(
                    .invalidParameter, "`\(name)` is \(value); it must be 0 or more.")
            }
        }
    }
}

/// A penalty, or how one is chosen by cross-validation.
package enum PenaltyChoice: Hashable, Sendable {
    case fixed(LinearPenalty)
    /// The one of least cross-validated error of a path; `l1Ratio` is the share of `l1`, 0 for
    /// ridge.
    case automatic(l1Ratio: Double)

    /// Folds whose sums must be kept apart.
    package var foldCount: Int {
        if case .automatic = self { 5 } else { 1 }
    }
}
