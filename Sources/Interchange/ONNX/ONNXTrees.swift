import Models

/// The trees of a `TreeEnsembleRegressor` or `TreeEnsembleClassifier`.
struct ONNXTrees {
    /// Nodes of all trees of the result: a leaf of K values becomes a leaf in each of K trees.
    private static let nodeCountMax = 1 << 26

    let featureCount: Int
    /// 1, or the number of classes.
    let outputCount: Int
    private let node: ONNXFile.Node
    private let nodeIDs: [Int]
    private let features: [Int]
    private let modes: [String]
    private let thresholds: [Double]
    private let trueChildren: [Int]
    private let falseChildren: [Int]
    private let missingIsTrue: [Int]
    /// Places of each tree's nodes in the lists, in the order of the file.
    private var trees: [[Int]] = []
    /// By place of the leaf: its values, each of an output.
    private var leaves: [Int: [(output: Int, value: Double)]] = [:]

    /// - Parameter classCount: nil for a regressor.
    /// - Throws: `outOfSpec` with the attribute, `unsupported`, `limitExceeded`.
    init(_ node: ONNXFile.Node, classCount: Int?) throws(InterchangeError) {
        self.node = node
        let lists = Lists(node: node)
        nodeIDs = try lists.integers("nodes_nodeids")
        let count = nodeIDs.count
        let treeIDs = try lists.integers("nodes_treeids", count: count)
        features = try lists.integers("nodes_featureids", count: count)
        trueChildren = try lists.integers("nodes_truenodeids", count: count)
        falseChildren = try lists.integers("nodes_falsenodeids", count: count)
        missingIsTrue =
            node.integers["nodes_missing_value_tracks_true"] == nil
            ? [Int](repeating: 0, count: count)
            : try lists.integers("nodes_missing_value_tracks_true", count: count)
        thresholds = try lists.numbers("nodes_values", count: count)
        modes = node.texts["nodes_modes"] ?? []
        guard modes.count == count, count > 0 else {
            throw InterchangeError(
                .outOfSpec, "`nodes_modes` has \(modes.count) elements for \(count) nodes")
        }
        guard features.allSatisfy({ (0..<XGBoostFile.featureCountMax).contains($0) }) else {
            throw InterchangeError(.outOfSpec, "`nodes_featureids` names what is no feature")
        }
        featureCount = (features.max() ?? 0) + 1

        var placeOfTree: [Int: Int] = [:]
        var placeOfNode: [[Int: Int]] = []
        for place in 0..<count {
            let tree = placeOfTree[treeIDs[place], default: trees.count]
            if tree == trees.count {
                placeOfTree[treeIDs[place]] = tree
                trees.append([])
                placeOfNode.append([:])
            }
            guard placeOfNode[tree].updateValue(place, forKey: nodeIDs[place]) == nil else {
                throw InterchangeError(
                    .outOfSpec, "tree \(treeIDs[place]) has two nodes \(nodeIDs[place])")
            }
            trees[tree].append(place)
        }
        let kind = classCount == nil ? "target" : "class"
        let leafTrees = try lists.integers("\(kind)_treeids")
        let leafNodes = try lists.integers("\(kind)_nodeids", count: leafTrees.count)
        let ids = try lists.integers("\(kind)_ids", count: leafTrees.count)
        let weights = try lists.numbers("\(kind)_weights", count: leafTrees.count)
        let targetCount = classCount ?? node.integers["n_targets"]?.first ?? 1
        // Two classes, and values for one of them only: those of the second.
        let isBinary = classCount == 2 && Set(ids).count <= 1
        guard targetCount >= 1, targetCount <= XGBoostFile.outputCountMax,
            ids.allSatisfy({ (0..<targetCount).contains($0) })
        else {
            throw InterchangeError(
                .outOfSpec, "`\(kind)_ids` names what is none of \(targetCount) outputs")
        }
        outputCount = isBinary ? 1 : targetCount
        for index in leafTrees.indices {
            guard let tree = placeOfTree[leafTrees[index]],
                let place = placeOfNode[tree][leafNodes[index]]
            else {
                throw InterchangeError(
                    .outOfSpec, "`\(kind)_nodeids[\(index)]` names no node of its tree")
            }
            leaves[place, default: []].append((isBinary ? 0 : ids[index], weights[index]))
        }
    }

    /// (outputCount)
    func baseScores() throws(InterchangeError) -> [Double] {
        let values = node.numbers["base_values"] ?? node.numbers["base_values_as_tensor"] ?? []
        if values.isEmpty { return [Double](repeating: 0, count: outputCount) }
        guard values.count == outputCount else {
            throw InterchangeError(
                .unsupported, "it has \(values.count) `base_values` for \(outputCount) outputs")
        }
        return values
    }

    /// - Parameter readsFloats: whether values are rounded to floats before they are compared.
    func ensemble(readsFloats: Bool) throws(InterchangeError) -> TreeEnsemble {
        var scale = 1.0
        switch node.texts["aggregate_function"]?.first ?? "SUM" {
        case "SUM": break
        case "AVERAGE": scale = 1 / Double(trees.count)
        case let name:
            throw InterchangeError(.unsupported, "the aggregate_function `\(name)` is not read")
        }
        var byOutput = [[Tree]](repeating: [], count: outputCount)
        var nodeCount = 0
        for places in trees {
            var outputs: Set<Int> = []
            for place in places { for leaf in leaves[place] ?? [] { outputs.insert(leaf.output) } }
            nodeCount += places.count * outputs.count
            guard nodeCount <= Self.nodeCountMax else {
                throw InterchangeError(
                    .limitExceeded, "a tree for each output has more than \(nodeCount) nodes")
            }
            guard !outputs.isEmpty else { continue }
            let shape = try Shape(self, places: places)
            for output in outputs.sorted() {
                byOutput[output].append(
                    try tree(shape, output: output, scale: scale, readsFloats: readsFloats))
            }
        }
        let iterationCount = byOutput.map(\.count).max() ?? 0
        let nothing = Tree(nodes: [], leafValues: [0], leafRowCounts: [0])
        guard iterationCount * outputCount <= Self.nodeCountMax else {
            throw InterchangeError(.limitExceeded, "\(iterationCount) x \(outputCount) trees")
        }
        let baseScores = try baseScores()
        return TreeEnsemble(
            outputCount: outputCount, baseScores: baseScores,
            trees: (0..<iterationCount).flatMap { iteration in
                byOutput.map { iteration < $0.count ? $0[iteration] : nothing }
            })
    }
}

extension ONNXTrees {
    /// One tree's nodes by their position in it; the first is the root.
    private struct Shape {
        let places: [Int]
        private let positions: [Int: Int]

        init(_ trees: ONNXTrees, places: [Int]) throws(InterchangeError) {
            self.places = places
            positions = Dictionary(
                uniqueKeysWithValues: places.enumerated().map { (trees.nodeIDs[$1], $0) })
        }

        func position(_ nodeID: Int) throws(InterchangeError) -> Int32 {
            guard let position = positions[nodeID] else {
                throw InterchangeError(.outOfSpec, "there is no node \(nodeID) in its tree")
            }
            return Int32(position)
        }
    }

    private func tree(
        _ shape: Shape, output: Int, scale: Double, readsFloats: Bool
    ) throws(InterchangeError) -> Tree {
        try TreeAssembler.assemble(root: 0, count: shape.places.count) {
            position throws(InterchangeError) in
            let place = shape.places[position]
            guard modes[place] != "LEAF" else {
                let value = (leaves[place] ?? []).filter { $0.output == output }
                    .reduce(0) { $0 + $1.value }
                return .leaf(value: value * scale, rowCount: 0)
            }
            var node = Tree.Node(
                feature: Int32(features[place]), threshold: 0, categorySet: -1,
                missingGoesLeft: missingIsTrue[place] != 0,
                left: try shape.position(trueChildren[place]),
                right: try shape.position(falseChildren[place]), gain: 0, rowCount: 0)
            try setRule(of: &node, place: place, readsFloats: readsFloats)
            return .node(node)
        }
    }

    private func setRule(
        of node: inout Tree.Node, place: Int, readsFloats: Bool
    ) throws(InterchangeError) {
        let threshold = thresholds[place]
        guard !threshold.isNaN else {
            throw InterchangeError(.outOfSpec, "`nodes_values[\(place)]` is no number")
        }
        let includesThreshold: Bool
        switch modes[place] {
        case "BRANCH_LEQ": includesThreshold = true
        case "BRANCH_LT": includesThreshold = false
        case "BRANCH_GT":
            includesThreshold = true
            node.exchangeChildren()
        case "BRANCH_GTE":
            includesThreshold = false
            node.exchangeChildren()
        case let mode:
            throw InterchangeError(.unsupported, "the node mode `\(mode)` is not read")
        }
        if includesThreshold {
            node.threshold = readsFloats ? FloatThreshold.atMost(Float(threshold)) : threshold
        } else if readsFloats ? Float(threshold) == -.infinity : threshold == -.infinity {
            // Nothing is less: all numbers go right.
            node.exchangeChildren()
            node.threshold = .infinity
        } else {
            node.threshold =
                readsFloats ? FloatThreshold.below(Float(threshold)) : threshold.nextDown
        }
    }

    /// Attributes that are lists.
    private struct Lists {
        let node: ONNXFile.Node

        func integers(_ name: String, count: Int? = nil) throws(InterchangeError) -> [Int] {
            let list = node.integers[name] ?? []
            try check(name, list.count, count)
            return list
        }

        /// Floats, or doubles under `NAME_as_tensor`.
        func numbers(_ name: String, count: Int) throws(InterchangeError) -> [Double] {
            let list = node.numbers[name] ?? node.numbers["\(name)_as_tensor"] ?? []
            try check(name, list.count, count)
            return list
        }

        private func check(_ name: String, _ found: Int, _ count: Int?) throws(InterchangeError) {
            guard found == count ?? found else {
                throw InterchangeError(
                    .outOfSpec, "`\(name)` has \(found) elements, expected \(count ?? 0)")
            }
        }
    }
}
