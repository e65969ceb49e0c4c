/// Values and scores of leaves, from sums of gradients and hessians in real units.
///
/// Source: Chen and Guestrin 2016, equations 5 to 7, with L1 as in LightGBM.
struct LeafMath: Hashable, Sendable {
    let lambdaL1: Double
    let maxDeltaStep: Double

    init(_ parameters: BoostingParameters) {
        lambdaL1 = parameters.lambdaL1
        maxDeltaStep = max(0, parameters.maxDeltaStep)
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
        return -(2 * soft * value + denominator * value * value)
    }

    private func softened(_ gradient: Double) -> Double {
        let magnitude = max(abs(gradient) - lambdaL1, 0)
        return gradient < 0 ? -magnitude : magnitude
    }
}
