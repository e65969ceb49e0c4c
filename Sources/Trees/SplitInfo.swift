/// The best way found to divide a node.
struct SplitInfo: Hashable, Sendable {
    enum Rule: Hashable, Sendable {
        /// Bins up to `bin` go left, and the bin of missing values where `missingGoesLeft`.
        case threshold(bin: Int, missingGoesLeft: Bool)
        /// These bins go left.
        case categories(bins: [Int])
    }

    var feature: Int
    var rule: Rule
    /// Loss reduction, that is the children's scores less the node's own.
    var gain: Double
    /// Quantised sums of the left child.
    var leftGradient: Int64
    var leftHessian: Int64
    /// L2 regularisation of the children's values, `lambdaL2` or more.
    var valueL2: Double
    /// What a monotone constraint asks of the children: 1 where no value on the right may be below
    /// one on the left, -1 the other way round, otherwise 0.
    var direction = 0

    /// Whether this one is to be preferred: by gain, then by the lower feature, so that the choice
    /// does not depend on who looked first.
    func isBetter(than other: SplitInfo?) -> Bool {
        guard let other else { return true }
        return gain != other.gain ? gain > other.gain : feature < other.feature
    }
}
