import Models

/// Shapley values from their definition: a sum over all coalitions of features. Exponential, and
/// the naive twin of `EnsembleExplainer`.
struct CoalitionGame {
    let tree: Tree
    let featureCount: Int
    /// The row's value of each feature.
    let value: (Int) -> Double

    /// The mean value of the leaves that a row reaches which follows its own values for the features
    /// of `coalition` (a bit each) and the training rows for all others.
    func worth(_ coalition: Int, _ child: Int32? = nil) -> Double {
        let child = child ?? (tree.nodes.isEmpty ? -1 : 0)
        guard child >= 0 else { return tree.leafValues[Int(~child)] }
        let node = tree.nodes[Int(child)]
        if coalition >> Int(node.feature) & 1 == 1 {
            return worth(coalition, goesLeft(node) ? node.left : node.right)
        }
        let left = rowCount(node.left)
        let right = rowCount(node.right)
        return
            (left * worth(coalition, node.left) + right * worth(coalition, node.right))
            / (left + right)
    }

    func contribution(_ feature: Int) -> Double {
        sum(without: 1 << feature) { worth($0 | 1 << feature) - worth($0) }
    }

    func interaction(_ a: Int, _ b: Int) -> Double {
        sum(without: 1 << a | 1 << b) {
            worth($0 | 1 << a | 1 << b) - worth($0 | 1 << a) - worth($0 | 1 << b) + worth($0)
        }
    }

    /// Shapley's weights are those of all orders in which `players` and the others can come, the
    /// players counted as one.
    private func sum(without players: Int, _ gain: (Int) -> Double) -> Double {
        let otherCount = featureCount - players.nonzeroBitCount
        var sum = 0.0
        for coalition in 0..<1 << featureCount where coalition & players == 0 {
            let size = coalition.nonzeroBitCount
            let weight =
                factorial(size) * factorial(otherCount - size) / factorial(otherCount + 1)
            sum += weight * gain(coalition)
        }
        return sum
    }

    private func factorial(_ n: Int) -> Double { (0..<n).reduce(1.0) { $0 * Double($1 + 1) } }

    private func rowCount(_ child: Int32) -> Double {
        guard child >= 0 else { return Double(tree.leafRowCounts[Int(~child)]) }
        let node = tree.nodes[Int(child)]
        return rowCount(node.left) + rowCount(node.right)
    }

    private func goesLeft(_ node: Tree.Node) -> Bool {
        let single = Tree(
            nodes: [
                Tree.Node(
                    feature: node.feature, threshold: node.threshold,
                    categorySet: node.categorySet, missingGoesLeft: node.missingGoesLeft,
                    left: -1, right: -2, gain: 0, rowCount: 0)
            ], leafValues: [0, 0], leafRowCounts: [0, 0], categorySets: tree.categorySets)
        return single.leafIndex(value: value) == 0
    }
}
