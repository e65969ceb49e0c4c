import CKernels

/// A loss of a linear score, and its first two derivatives.
package enum LinearLoss: String, Hashable, Sendable {
    /// Log loss of outcomes 0 and 1; the score is the log odds of 1.
    case logistic
    /// Half the deviance of counts; the score is the logarithm of the mean.
    case poisson

    /// Rows whose curvature is below this share of their weight count as if it were this much:
    /// their response would not be finite.
    private static let curvatureMin = 1e-12

    /// - Returns: the loss, less what does not depend on the score; its negative derivative; its
    ///   second derivative, above 0.
    package func terms(
        score: Double, target: Double
    ) -> (loss: Double, slope: Double, curvature: Double) {
        switch self {
        case .logistic:
            let e = martlet_exp(-abs(score))
            let p = score >= 0 ? 1 / (1 + e) : e / (1 + e)
            let loss = max(score, 0) + martlet_log(1 + e) - target * score
            return (loss, target - p, max(p * (1 - p), Self.curvatureMin))
        case .poisson:
            let mean = martlet_exp(score)
            return (mean - target * score, target - mean, max(mean, Self.curvatureMin))
        }
    }

    /// The score whose mean is `mean`.
    func link(_ mean: Double) -> Double {
        switch self {
        case .logistic: martlet_log(mean / (1 - mean))
        case .poisson: martlet_log(mean)
        }
    }

    /// The variance at `mean`: the second derivative at `link(mean)`.
    func variance(_ mean: Double) -> Double {
        switch self {
        case .logistic: mean * (1 - mean)
        case .poisson: mean
        }
    }

    /// - Throws: `outOfSpec` for a mean that no finite score has.
    func check(mean: Double) throws(LinearModelError) {
        switch self {
        case .logistic where mean > 0 && mean < 1: return
        case .poisson where mean > 0: return
        case .logistic:
            throw LinearModelError(
                .outOfSpec, "All rows are of one class: there is nothing to tell apart.")
        case .poisson:
            throw LinearModelError(
                .outOfSpec, "The target is 0 in every row: its logarithm has no mean.")
        }
    }

    /// The `terms` of many rows, to the same bits. All: (rows).
    package func terms(
        scores: UnsafeBufferPointer<Double>, targets: UnsafeBufferPointer<Double>,
        losses: UnsafeMutableBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>,
        curvatures: UnsafeMutableBufferPointer<Double>
    ) {
        let count = scores.count
        precondition(targets.count == count && losses.count == count)
        precondition(slopes.count == count && curvatures.count == count)
        guard let score = scores.baseAddress, let target = targets.baseAddress,
            let loss = losses.baseAddress, let slope = slopes.baseAddress,
            let curvature = curvatures.baseAddress
        else { return }
        switch self {
        case .logistic: martlet_logistic_terms(score, target, count, loss, slope, curvature)
        case .poisson: martlet_poisson_terms(score, target, count, loss, slope, curvature)
        }
    }

    /// Whether a target can come up.
    func allows(_ target: Double) -> Bool {
        switch self {
        case .logistic: target == 0 || target == 1
        case .poisson: target >= 0
        }
    }
}
