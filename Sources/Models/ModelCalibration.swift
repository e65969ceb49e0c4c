/// What rows that training did not see taught about a model's predictions.
package enum ModelCalibration: Hashable, Sendable {
    case interval(IntervalCalibration)
    case probability(ProbabilityCalibration)
}

/// Turns a prediction into an interval that holds the truth in a share `level` of the cases.
package struct IntervalCalibration: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        /// `prediction ± margin` (Lei et al. 2018, algorithm 2).
        case split
        /// From the lower bound's model less `margin` to the upper one's plus `margin` (Romano,
        /// Patterson, Candès 2019).
        case quantiles = "cqr"
    }

    /// The models of both bounds, over the artifact's features.
    package struct Bounds: Hashable, Sendable {
        package var lower: ModelArtifact.Kind
        package var upper: ModelArtifact.Kind

        package init(lower: ModelArtifact.Kind, upper: ModelArtifact.Kind) {
            self.lower = lower
            self.upper = upper
        }
    }

    package var method: Method
    /// In 0..<1: the share of cases that intervals are to hold.
    package var level: Double
    /// Finite, in units of the prediction; below 0 only for `quantiles`, whose own bounds were
    /// too wide.
    package var margin: Double
    /// Rows that decided the margin.
    package var rowCount: Int
    /// nil for `split`.
    package var bounds: Bounds?

    package init(
        method: Method, level: Double, margin: Double, rowCount: Int, bounds: Bounds? = nil
    ) {
        self.method = method
        self.level = level
        self.margin = margin
        self.rowCount = rowCount
        self.bounds = bounds
    }
}

/// Maps the probability of each class to how often it came true.
package struct ProbabilityCalibration: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case isotonic, platt
    }

    package enum Curve: Hashable, Sendable {
        /// Straight lines between points, flat outside: inputs ascending and different, outputs
        /// not descending, all in 0...1; at least one point.
        case isotonic(inputs: [Double], outputs: [Double])
        /// `sigmoid(slope * logit(p) + intercept)`.
        case platt(slope: Double, intercept: Double)
    }

    package var method: Method
    /// One for the second class of two, or one for each class, whose results are divided by
    /// their sum.
    package var curves: [Curve]
    /// Rows that decided the curves.
    package var rowCount: Int

    package init(method: Method, curves: [Curve], rowCount: Int) {
        self.method = method
        self.curves = curves
        self.rowCount = rowCount
    }
}
