import Models

extension ONNXExport {
    /// The columns that the nodes of an ensemble compare: one for each number, and one for each
    /// different set of a category's codes.
    private struct NodeColumns {
        /// First column of a feature's sets, or the column of a number; by feature.
        private var sets: [Int: [[Bool]: Int]] = [:]
        private(set) var numbers: [Int: Int] = [:]
        private(set) var inputs: [String] = []
        private var tables: [Int: [[Bool]]] = [:]

        init(
            _ ensemble: TreeEnsemble, features: FeatureSchema, inputs names: [String],
            in graph: inout ONNXGraph
        ) {
            for tree in ensemble.trees {
                for node in tree.nodes {
                    let feature = Int(node.feature)
                    let codeCount = features.features[feature].codeCount
                    guard codeCount > 0 else { continue }
                    let set = tree.codesGoingLeft(node, codeCount: codeCount)
                    guard sets[feature]?[set] == nil else { continue }
                    sets[feature, default: [:]][set] = tables[feature, default: []].count
                    tables[feature, default: []].append(set)
                }
            }
            var next = 0
            for (feature, name) in names.enumerated() {
                let codeCount = features.features[feature].codeCount
                if codeCount == 0 {
                    numbers[feature] = next
                    inputs.append(name)
                    next += 1
                } else if let table = tables[feature] {
                    let values = (0..<codeCount).flatMap { code in
                        table.map { $0[code] ? 0.0 : 1 }
                    }
                    inputs.append(
                        ONNXExport.lookUp(name, table: values, width: table.count, in: &graph))
                    sets[feature] = sets[feature]?.mapValues { $0 + next }
                    next += table.count
                }
            }
        }

        func column(_ feature: Int, _ set: [Bool]) -> Int { sets[feature]?[set] ?? 0 }
    }

    /// The raw scores: (rows × outputs).
    static func trees(
        _ ensemble: TreeEnsemble, features: FeatureSchema, inputs: [String],
        in graph: inout ONNXGraph
    ) -> String {
        let columns = NodeColumns(ensemble, features: features, inputs: inputs, in: &graph)
        // A model that only looks categories up, and splits on none, still needs a column.
        let matrix =
            columns.inputs.isEmpty
            ? lookUp(inputs[0], table: features.features[0].zeros, width: 1, in: &graph)
            : graph.add("Concat", columns.inputs, attributes: [("axis", .integer(1))])
        var lists = NodeLists()
        for (index, tree) in ensemble.trees.enumerated() {
            for (number, node) in tree.nodes.enumerated() {
                let feature = Int(node.feature)
                let codeCount = features.features[feature].codeCount
                lists.append(
                    tree: index, node: number,
                    column: codeCount == 0
                        ? columns.numbers[feature] ?? 0
                        : columns.column(
                            feature, tree.codesGoingLeft(node, codeCount: codeCount)),
                    threshold: codeCount == 0 ? node.threshold : 0.5,
                    children: (node.left, node.right), nodeCount: tree.nodes.count,
                    missingGoesLeft: codeCount == 0 && node.missingGoesLeft)
            }
            for (leaf, value) in tree.leafValues.enumerated() {
                lists.append(
                    tree: index, leaf: tree.nodes.count + leaf,
                    output: index % ensemble.outputCount, value: value)
            }
        }
        return graph.add(
            "TreeEnsembleRegressor", [matrix], domain: learning,
            attributes: lists.attributes(outputCount: ensemble.outputCount))
    }
}

extension Feature {
    /// A zero for each code.
    fileprivate var zeros: [Double] { [Double](repeating: 0, count: codeCount) }
}

extension ONNXExport {
    /// The attributes of `TreeEnsembleRegressor`: nodes of all trees behind each other.
    private struct NodeLists {
        private var trees: [Int] = []
        private var nodes: [Int] = []
        private var columns: [Int] = []
        private var modes: [String] = []
        private var thresholds: [Double] = []
        private var trueChildren: [Int] = []
        private var falseChildren: [Int] = []
        private var missingIsTrue: [Int] = []
        private var leafTrees: [Int] = []
        private var leafNodes: [Int] = []
        private var leafOutputs: [Int] = []
        private var leafValues: [Double] = []

        mutating func append(
            tree: Int, node: Int, column: Int, threshold: Double,
            children: (left: Int32, right: Int32), nodeCount: Int, missingGoesLeft: Bool
        ) {
            func number(_ child: Int32) -> Int {
                child >= 0 ? Int(child) : nodeCount + Int(~child)
            }
            trees.append(tree)
            nodes.append(node)
            columns.append(column)
            modes.append("BRANCH_LEQ")
            thresholds.append(threshold)
            trueChildren.append(number(children.left))
            falseChildren.append(number(children.right))
            missingIsTrue.append(missingGoesLeft ? 1 : 0)
        }

        mutating func append(tree: Int, leaf: Int, output: Int, value: Double) {
            trees.append(tree)
            nodes.append(leaf)
            columns.append(0)
            modes.append("LEAF")
            thresholds.append(0)
            trueChildren.append(0)
            falseChildren.append(0)
            missingIsTrue.append(0)
            leafTrees.append(tree)
            leafNodes.append(leaf)
            leafOutputs.append(output)
            leafValues.append(value)
        }

        func attributes(outputCount: Int) -> [(name: String, value: ONNXGraph.Attribute)] {
            [
                ("n_targets", .integer(outputCount)), ("post_transform", .text("NONE")),
                ("aggregate_function", .text("SUM")), ("nodes_treeids", .integers(trees)),
                ("nodes_nodeids", .integers(nodes)), ("nodes_featureids", .integers(columns)),
                ("nodes_modes", .texts(modes)), ("nodes_values_as_tensor", .doubles(thresholds)),
                ("nodes_truenodeids", .integers(trueChildren)),
                ("nodes_falsenodeids", .integers(falseChildren)),
                ("nodes_missing_value_tracks_true", .integers(missingIsTrue)),
                ("target_treeids", .integers(leafTrees)),
                ("target_nodeids", .integers(leafNodes)), ("target_ids", .integers(leafOutputs)),
                ("target_weights_as_tensor", .doubles(leafValues)),
            ]
        }
    }
}
