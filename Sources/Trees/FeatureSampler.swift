import Binning

/// Chooses the features that each tree, and each of its nodes, may split on.
struct FeatureSampler: Sendable {
    private let usable: [Int]
    private let featureCount: Int
    private let fraction: Double
    private let nodeFraction: Double
    private let groups: [Set<Int>]
    private let seed: UInt64

    init(features: [FeatureBins], parameters: BoostingParameters) {
        usable = features.indices.filter { features[$0].isUsable }
        featureCount = features.count
        fraction = parameters.featureFraction
        nodeFraction = parameters.featureFractionByNode
        groups = parameters.interactionConstraints.map { Set($0) }
        seed = parameters.seed
    }

    /// (featureCount) whether a feature takes part in a round.
    func activeFeatures(round: Int) -> [Bool] {
        draw(fraction, of: usable, CounterHash(seed: seed, purpose: .features, round: round))
    }

    /// Whether nodes see fewer features than their tree.
    var hasNodeChoice: Bool { nodeFraction < 1 || !groups.isEmpty }

    /// (featureCount) whether a feature takes part in one node's split: those of a group that
    /// holds all of the branch's, and the branch's own. Source: LightGBM's `ColSampler`.
    /// - Parameters:
    ///   - isActive: (featureCount) of the tree.
    ///   - branch: the features of the splits above.
    func activeFeatures(
        among isActive: [Bool], branch: [Int], tree: Int, node: Int
    ) -> [Bool] {
        var allowed = usable.filter { isActive[$0] }
        if !groups.isEmpty {
            let open = groups.filter { group in branch.allSatisfy { group.contains($0) } }
            allowed = allowed.filter { feature in
                branch.contains(feature) || open.contains { $0.contains(feature) }
            }
        }
        let hash = CounterHash(
            seed: seed, purpose: .nodeFeatures, round: CounterHash.round(tree: tree, node: node))
        return draw(nodeFraction, of: allowed, hash)
    }

    private func draw(_ fraction: Double, of candidates: [Int], _ hash: CounterHash) -> [Bool] {
        var isActive = [Bool](repeating: false, count: featureCount)
        let wanted = (Double(candidates.count) * fraction).rounded()
        let count = min(candidates.count, max(Int(wanted), 1))
        let order = candidates.sorted { (hash[$0], $0) < (hash[$1], $1) }
        for feature in order.prefix(count) { isActive[feature] = true }
        return isActive
    }
}
