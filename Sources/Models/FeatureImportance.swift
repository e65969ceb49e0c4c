/// How much a model uses one feature.
package struct FeatureImportance: Codable, Hashable, Sendable {
    /// Trees: the summed loss reduction of its splits. Linear: the size of its standardised
    /// coefficients.
    package var gain: Double
    /// Trees: how many nodes split on it. Linear: how many terms it has.
    package var splitCount: Int

    package init(gain: Double = 0, splitCount: Int = 0) {
        self.gain = gain
        self.splitCount = splitCount
    }
}

extension TreeEnsemble {
    /// The importance of each of `featureCount` features, summed in the order of trees and nodes.
    package func importances(featureCount: Int) -> [FeatureImportance] {
        var result = [FeatureImportance](repeating: FeatureImportance(), count: featureCount)
        for tree in trees {
            for node in tree.nodes {
                result[Int(node.feature)].gain += Double(node.gain)
                result[Int(node.feature)].splitCount += 1
            }
        }
        return result
    }
}
