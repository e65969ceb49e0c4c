import CKernels

/// A sigmoid over the log odds, fitted by maximum likelihood (Platt 1999, with the targets and the
/// guarded Newton steps of Lin, Lin and Weng 2007).
package enum PlattScaling {
    /// Newton steps at most; a handful is usual.
    static let stepCountMax = 100

    /// - Parameters: as `IsotonicRegression.fit`.
    /// - Returns: of `sigmoid(slope * logit(p) + intercept)`.
    /// - Throws: `outOfSpec` without rows of both outcomes.
    package static func fit(
        probabilities: [Double], outcomes: [Double], weights: [Double]? = nil
    ) throws(CalibrationError) -> (slope: Double, intercept: Double) {
        precondition(probabilities.count == outcomes.count)
        try CalibrationOutcomes.check(outcomes, weights)
        var sums = [0.0, 0.0]
        for (row, outcome) in outcomes.enumerated() {
            sums[outcome > 0.5 ? 1 : 0] += weights?[row] ?? 1
        }
        // Targets a little inside 0...1, so that separable outcomes have a finite slope.
        let targets = [1 / (sums[0] + 2), (sums[1] + 1) / (sums[1] + 2)]
        let scores = probabilities.map { Self.logit($0) }
        let rows = Rows(
            scores: scores, targets: outcomes.map { targets[$0 > 0.5 ? 1 : 0] }, weights: weights)
        var slope = 0.0
        var intercept = martlet_log((sums[1] + 1) / (sums[0] + 1))
        var state = rows.derivatives(slope, intercept)
        for _ in 0..<stepCountMax {
            // A little ridge: all scores may be equal.
            let a = state.hessian.0 + 1e-12
            let c = state.hessian.2 + 1e-12
            let determinant = a * c - state.hessian.1 * state.hessian.1
            guard determinant > 0 else { break }
            let stepA = -(c * state.gradient.0 - state.hessian.1 * state.gradient.1) / determinant
            let stepB = -(a * state.gradient.1 - state.hessian.1 * state.gradient.0) / determinant
            let descent = state.gradient.0 * stepA + state.gradient.1 * stepB
            guard descent < -1e-14 * abs(state.loss) else { break }
            var length = 1.0
            var next = state
            repeat {
                next = rows.derivatives(slope + length * stepA, intercept + length * stepB)
                if next.loss <= state.loss + 1e-4 * length * descent { break }
                length /= 2
            } while length > 1e-10
            guard length > 1e-10 else { break }
            slope += length * stepA
            intercept += length * stepB
            state = next
        }
        return (slope, intercept)
    }

    /// Log odds of a probability that is kept off 0 and 1.
    package static func logit(_ probability: Double) -> Double {
        let p = min(max(probability, 1e-15), 1 - 1e-15)
        return martlet_log(p / (1 - p))
    }

    private struct Rows {
        let scores: [Double]
        let targets: [Double]
        let weights: [Double]?

        /// Loss, gradient and hessian (aa, ab, bb) at a slope and an intercept.
        func derivatives(
            _ slope: Double, _ intercept: Double
        ) -> (
            loss: Double, gradient: (Double, Double), hessian: (Double, Double, Double)
        ) {
            var loss = 0.0
            var gradient = (0.0, 0.0)
            var hessian = (0.0, 0.0, 0.0)
            for row in scores.indices {
                let weight = weights?[row] ?? 1
                let x = scores[row]
                let z = slope * x + intercept
                // log(1 + e^z) - t z, without overflow.
                let e = martlet_exp(-abs(z))
                loss += weight * (max(z, 0) + martlet_log(1 + e) - targets[row] * z)
                let p = z >= 0 ? 1 / (1 + e) : e / (1 + e)
                let error = weight * (p - targets[row])
                let curvature = weight * p * (1 - p)
                gradient.0 += error * x
                gradient.1 += error
                hessian.0 += curvature * x * x
                hessian.1 += curvature * x
                hessian.2 += curvature
            }
            return (loss, gradient, hessian)
        }
    }
}
