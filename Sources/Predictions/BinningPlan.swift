import Models

/// Collects what some trees compare each feature to, and decides which trees can be blended.
struct BinningPlan {
    enum Outcome {
        case added
        /// The tree needs another plan: bins of this one would become too many.
        case full
        /// The tree must be walked, whatever the plan.
        case unfit
    }

    private struct Use {
        var thresholds: Set<Double> = []
        var needsRight = false
        var needsLeft = false
    }

    private let features: FeatureSchema
    private var uses: [Int: Use] = [:]
    /// Trees that were added.
    private(set) var treeCount = 0

    /// Trees that are worth binning a block once more, so that bins stay bytes: comparing words
    /// costs as much again for every node. Estimated from the kernels' times.
    private static let treeCountMin = 12

    init(features: FeatureSchema) { self.features = features }

    /// Adds the nodes of a tree, or nothing.
    mutating func add(_ tree: Tree) -> Outcome {
        guard tree.leafValues.count <= BlendCompiler.leafCountMax else { return .unfit }
        var added: [Int: Set<Double>] = [:]
        for node in tree.nodes {
            let feature = Int(node.feature)
            let codeCount = features.codeCount(ofColumn: feature)
            guard codeCount <= BlendCompiler.codeCountMax else { return .unfit }
            if codeCount == 0, uses[feature]?.thresholds.contains(node.threshold) != true {
                added[feature, default: []].insert(node.threshold)
            }
        }
        let isNarrow =
            treeCount >= Self.treeCountMin
            && uses.values.allSatisfy {
                $0.thresholds.count <= FeatureBins.narrowThresholdCountMax
            }
        let countMax =
            isNarrow ? FeatureBins.narrowThresholdCountMax : FeatureBins.wideThresholdCountMax
        for (feature, thresholds) in added {
            let count = (uses[feature]?.thresholds.count ?? 0) + thresholds.count
            guard count <= countMax else { return .full }
        }
        treeCount += 1
        for node in tree.nodes {
            let feature = Int(node.feature)
            if features.codeCount(ofColumn: feature) == 0 {
                uses[feature, default: Use()].thresholds.insert(node.threshold)
            }
            if node.missingGoesLeft {
                uses[feature, default: Use()].needsLeft = true
            } else {
                uses[feature, default: Use()].needsRight = true
            }
        }
        return .added
    }

    /// The bins of the features in use, ascending, and the rows of the buffer that they take.
    func bins() -> (bins: [FeatureBins], rowCount: Int) {
        var nextRow = 0
        var bins: [FeatureBins] = []
        for feature in uses.keys.sorted() {
            guard let use = uses[feature] else { continue }
            let codeCount = features.codeCount(ofColumn: feature)
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
