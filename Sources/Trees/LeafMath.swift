/// Values and scores of leaves, from sums of gradients and hessians in real units.
///
/// Source: Chen and Guestrin 2016, equations 5 to 7, with L1 as in LightGBM.
struct LeafMath: Hashable, Sendable {
    let lambdaL1: Double
    let maxDeltaStep: Double
    let pathSmooth: Double

    init(_ parameters: BoostingParameters) {
        lambdaL1 = parameters.lambdaL1
        maxDeltaStep = max(0, parameters.maxDeltaStep)
        pathSmooth = parameters.pathSmooth
    }

    /// The value that minimises the regularised loss of a leaf, before the learning rate.
    func value(gradient: Double, hessian: Double, l2: Double) -> Double {
        let denominator = hessian + l2
        guard denominator > 0 else { return 0 }
        let step = -softened(gradient) / denominator
        return maxDeltaStep > 0 ? min(max(step, -maxDeltaStep), maxDeltaStep) : step
    }

    /// Twice the loss reduction of a leaf against a value of zero.
    func score(gradient: Double, hessian: Double, l2: Double) -> Double {
        let denominator = hessian + l2
        guard denominator > 0 else { return 0 }
        let soft = softened(gradient)
        guard maxDeltaStep > 0 else { return soft * soft / denominator }
        let value = value(gradient: gradient, hessian: hessian, l2: l2)
        return score(gradient: gradient, hessian: hessian, l2: l2, value: value)
    }

    /// The value of a leaf that has limits: drawn towards the node above, then held in bounds.
    /// Source: LightGBM's `path_smooth` and its basic method of monotone constraints.
    /// - Parameter rowCount: of the leaf, which may be an estimate.
    func value(
        gradient: Double, hessian: Double, l2: Double, rowCount: Double, limits: LeafLimits
    ) -> Double {
        var value = value(gradient: gradient, hessian: hessian, l2: l2)
        if pathSmooth > 0 {
            let weight = rowCount / pathSmooth
            value = (value * weight + limits.parentValue) / (weight + 1)
        }
        return min(max(value, limits.lower), limits.upper)
    }

    /// Twice the loss reduction of a leaf with this value against a value of zero.
    func score(gradient: Double, hessian: Double, l2: Double, value: Double) -> Double {
        -(2 * softened(gradient) * value + (hessian + l2) * value * value)
    }

    private func softened(_ gradient: Double) -> Double {
        let magnitude = max(abs(gradient) - lambdaL1, 0)
        return gradient < 0 ? -magnitude : magnitude
    }
}
