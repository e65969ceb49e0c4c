import Binning
import Models

extension GrownTree {
    /// The tree as models keep it.
    func model(leafValues: [Double], features: [FeatureBins]) -> Tree {
        var categorySets: [[UInt64]] = []
        let nodes = self.nodes.map { node -> Tree.Node in
            var threshold = 0.0
            var missingLeft = false
            var categorySet: Int32 = -1
            switch (node.split.rule, features[node.split.feature]) {
            case (.threshold(let bin, let missingGoesLeft), .numeric(let edges)):
                // Beyond the last bound lie the missing values alone.
                threshold = bin < edges.upperBounds.count ? edges.upperBounds[bin] : .infinity
                missingLeft = missingGoesLeft
            case (.categories(let bins), .categorical(let categories)):
                categorySet = Int32(categorySets.count)
                categorySets.append(Self.bitSet(bins.map { categories.codes[$0 - 1] }))
            default:
                preconditionFailure("a rule that does not fit its feature")
            }
            return Tree.Node(
                feature: Int32(node.split.feature), threshold: threshold,
                categorySet: categorySet, missingGoesLeft: missingLeft, left: node.left,
                right: node.right, gain: Float(node.split.gain), rowCount: Int64(node.rowCount))
        }
        return Tree(
            nodes: nodes, leafValues: leafValues,
            leafRowCounts: leaves.map { Int64($0.rows.count) }, categorySets: categorySets)
    }

    private static func bitSet(_ codes: [Int]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (codes.max() ?? -1) / 64 + 1)
        for code in codes { words[code >> 6] |= 1 << UInt64(code & 63) }
        return words
    }
}
