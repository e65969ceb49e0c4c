package import Models

/// How much each feature of a model matters.
package struct FeatureImportance: Hashable, Sendable {
    /// (featureCount) loss reduction of all splits on the feature.
    package let gain: [Double]
    /// (featureCount) splits on the feature.
    package let splitCount: [Int]

    /// Complexity: O(nodes of the ensemble).
    package init(of ensemble: TreeEnsemble, featureCount: Int) {
        var gain = [Double](repeating: 0, count: featureCount)
        var splitCount = [Int](repeating: 0, count: featureCount)
        for tree in ensemble.trees {
            for node in tree.nodes {
                gain[Int(node.feature)] += Double(node.gain)
                splitCount[Int(node.feature)] += 1
            }
        }
        self.gain = gain
        self.splitCount = splitCount
    }
}
