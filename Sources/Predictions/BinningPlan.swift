import Models

/// Collects what trees compare each feature to, and decides which trees can be blended.
struct BinningPlan {
    private struct Use {
        var thresholds: Set<Double> = []
        var needsRight = false
        var needsLeft = false
    }

    private let features: FeatureSchema
    private var uses: [Int: Use] = [:]

    init(features: FeatureSchema) { self.features = features }

    /// Adds the nodes of a tree.
    /// - Returns: false, with nothing added, when the tree must be walked.
    mutating func add(_ tree: Tree) -> Bool {
        guard tree.leafValues.count <= BlendCompiler.leafCountMax else { return false }
        var added: [Int: Set<Double>] = [:]
        for node in tree.nodes {
            let feature = Int(node.feature)
            let codeCount = features.features[feature].codeCount
            guard codeCount <= BlendCompiler.codeCountMax else { return false }
            if codeCount == 0, uses[feature]?.thresholds.contains(node.threshold) != true {
                added[feature, default: []].insert(node.threshold)
            }
        }
        for (feature, thresholds) in added {
            let count = (uses[feature]?.thresholds.count ?? 0) + thresholds.count
            guard count <= FeatureBins.wideThresholdCountMax else { return false }
        }
        for node in tree.nodes {
            let feature = Int(node.feature)
            if features.features[feature].codeCount == 0 {
                uses[feature, default: Use()].thresholds.insert(node.threshold)
            }
            if node.missingGoesLeft {
                uses[feature, default: Use()].needsLeft = true
            } else {
                uses[feature, default: Use()].needsRight = true
            }
        }
        return true
    }

    /// The bins of the features in use, ascending, and the rows of the column buffer with them.
    func bins(firstRow: Int) -> (bins: [FeatureBins], rowCount: Int) {
        var nextRow = firstRow
        var bins: [FeatureBins] = []
        for feature in uses.keys.sorted() {
            guard let use = uses[feature] else { continue }
            let codeCount = features.features[feature].codeCount
            if codeCount > 0 {
                bins.append(FeatureBins(feature: feature, codeCount: codeCount, nextRow: &nextRow))
            } else {
                bins.append(
                    FeatureBins(
                        feature: feature, sorted: use.thresholds.sorted(),
                        needsRight: use.needsRight, needsLeft: use.needsLeft, nextRow: &nextRow))
            }
        }
        return (bins, nextRow)
    }
}
