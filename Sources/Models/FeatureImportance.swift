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
        importances(termOfColumn: Array(0..<featureCount), termCount: featureCount)
    }

    /// The importance of each of the `termNames` of `features`.
    package func importances(of features: FeatureSchema) -> [FeatureImportance] {
        importances(
            termOfColumn: features.termOfColumn, termCount: features.termNames.count)
    }

    private func importances(termOfColumn: [Int], termCount: Int) -> [FeatureImportance] {
        var result = [FeatureImportance](repeating: FeatureImportance(), count: termCount)
        for tree in trees {
            for node in tree.nodes {
                let term = termOfColumn[Int(node.feature)]
                result[term].gain += Double(node.gain)
                result[term].splitCount += 1
            }
        }
        return result
    }
}
