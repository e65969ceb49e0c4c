import Binning

/// Draws the features that each tree may split on.
struct FeatureSampler: Sendable {
    private let usable: [Int]
    private let featureCount: Int
    private let fraction: Double
    private let seed: UInt64

    init(features: [FeatureBins], parameters: BoostingParameters) {
        usable = features.indices.filter { features[$0].isUsable }
        featureCount = features.count
        fraction = parameters.featureFraction
        seed = parameters.seed
    }

    /// (featureCount) whether a feature takes part in a round.
    func activeFeatures(round: Int) -> [Bool] {
        var isActive = [Bool](repeating: false, count: featureCount)
        let wanted = (Double(usable.count) * fraction).rounded()
        let count = min(usable.count, max(Int(wanted), 1))
        let hash = CounterHash(seed: seed, purpose: .features, round: round)
        let order = usable.sorted { (hash[$0], $0) < (hash[$1], $1) }
        for feature in order.prefix(count) { isActive[feature] = true }
        return isActive
    }
}
