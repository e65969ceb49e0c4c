extension TreeEnsemble {
    /// - Throws: `outOfSpec` when a tree is none, or does not fit the features.
    func validate(features: FeatureSchema) throws(ModelError) {
        guard baseScores.allSatisfy(\.isFinite) else {
            throw ModelError(.outOfSpec, "a base score is not finite")
        }
        let codeCounts = (0..<features.columnCount).map { features.codeCount(ofColumn: $0) }
        for (index, tree) in trees.enumerated() {
            do {
                try tree.validate(codeCounts: codeCounts)
            } catch {
                throw ModelError(.outOfSpec, "tree \(index): \(error.message)")
            }
        }
    }
}

extension Tree {
    /// - Parameter codeCounts: of each column, 0 for numbers.
    fileprivate func validate(codeCounts: [Int]) throws(ModelError) {
        guard leafValues.count == nodes.count + 1, leafRowCounts.count == nodes.count + 1 else {
            throw ModelError(
                .outOfSpec, "\(leafValues.count) leaves for \(nodes.count) nodes")
        }
        guard leafValues.allSatisfy(\.isFinite), leafRowCounts.allSatisfy({ $0 >= 0 }) else {
            throw ModelError(.outOfSpec, "a leaf's value is not finite, or its rows are negative")
        }
        try validateShape()
        for (index, node) in nodes.enumerated() {
            guard codeCounts.indices.contains(Int(node.feature)) else {
                throw ModelError(
                    .outOfSpec,
                    "node \(index) splits on feature \(node.feature) of "
                        + "\(codeCounts.count)")
            }
            // An infinite threshold is one: it parts missing values from all others.
            guard !node.threshold.isNaN, node.rowCount >= 0, node.gain.isFinite else {
                throw ModelError(
                    .outOfSpec, "node \(index) has a threshold, gain or row count that is none")
            }
            guard node.categorySet != -1 else { continue }
            let codeCount = codeCounts[Int(node.feature)]
            guard categorySets.indices.contains(Int(node.categorySet)), codeCount > 0,
                categorySets[Int(node.categorySet)].count <= (codeCount + 63) / 64
            else {
                throw ModelError(
                    .outOfSpec, "node \(index) has no valid set of categories")
            }
        }
    }

    /// Every node but the root, and every leaf, is the child of exactly one earlier node.
    private func validateShape() throws(ModelError) {
        var nodeIsChild = [Bool](repeating: false, count: nodes.count)
        var leafIsChild = [Bool](repeating: false, count: leafValues.count)
        for (index, node) in nodes.enumerated() {
            for child in [node.left, node.right] {
                if child >= 0 {
                    guard child > index, child < nodes.count, !nodeIsChild[Int(child)] else {
                        throw ModelError(
                            .outOfSpec,
                            "child \(child) of node \(index) is no later node of its "
                                + "own")
                    }
                    nodeIsChild[Int(child)] = true
                } else {
                    guard ~child < leafValues.count, !leafIsChild[Int(~child)] else {
                        throw ModelError(
                            .outOfSpec, "leaf \(~child) of node \(index) is no leaf of its own")
                    }
                    leafIsChild[Int(~child)] = true
                }
            }
        }
        // n nodes have 2n children: n - 1 nodes and n + 1 leaves, each taken once, is all of them.
    }
}
