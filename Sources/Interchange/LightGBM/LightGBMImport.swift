import Columns
package import Models

/// Reads LightGBM's text models.
///
/// What a tree of ours cannot say as LightGBM does is rewritten, exactly. NaN at a node without
/// missing values counts as 0 there, so it goes where 0 goes. `zero_as_missing` becomes a
/// property of the feature. Categories that no set lists, negative ones and NaN go right. The
/// parameter `sigmoid` and the mean of a random forest are folded into the leaves.
package enum LightGBMImport {
    /// - Throws: `outOfSpec` with the line, `unsupported` by name, `limitExceeded`.
    /// - Complexity: O(`bytes.count`) time and memory.
    package static func decode(_ bytes: [UInt8]) throws(InterchangeError) -> ModelArtifact {
        let file = try bytes.withUnsafeBufferPointer { buffer throws(InterchangeError) in
            try LightGBMFile(buffer)
        }
        let objective = try LightGBMObjective(
            words: file.objective, outputCount: file.outputCount)
        let features = try LightGBMFeatures(file)
        var factor = objective.scale
        if file.averagesOutput, !file.trees.isEmpty {
            factor /= Double(file.trees.count / file.outputCount)
        }
        var trees: [Tree] = []
        trees.reserveCapacity(file.trees.count)
        for tree in file.trees {
            trees.append(try self.tree(tree, features: features, factor: factor))
        }
        let ensemble = TreeEnsemble(
            outputCount: file.outputCount,
            baseScores: [Double](repeating: 0, count: file.outputCount), trees: trees)
        let schema = FeatureSchema(features.features)
        return ModelArtifact(
            kind: .trees(ensemble), algorithm: "gbdt", objective: objective.name,
            alpha: objective.name == "quantile"
                ? file.parameters["alpha"].flatMap(Double.init) : nil,
            transform: objective.transform, features: schema,
            target: ModelTarget(
                name: "target", type: .double,
                classLabels: (0..<objective.classCount).map { "\($0)" }),
            parameters: file.parameters.compactMapValues(Self.parameter),
            importances: ensemble.importances(featureCount: schema.features.count),
            provenance: Provenance(
                programVersion: "", trainRowCount: Int(file.trees.first?.nodeRowCounts.first ?? 0),
                importedFrom: "LightGBM text \(file.version)"))
    }

    /// nil for the words that a model file writes for numbers that are none.
    private static func parameter(_ text: String) -> JSONValue? {
        if ["nan", "inf", "-inf"].contains(text) { return nil }
        if let integer = Int64(text) { return .integer(integer) }
        // Past 2^53 a number of JSON may come back as another.
        if let number = Double(text), abs(number) < 0x1p53 {
            return Int64(exactly: number).map { .integer($0) } ?? .number(number)
        }
        return .string(text)
    }

    private static func tree(
        _ source: LightGBMTree, features: LightGBMFeatures, factor: Double
    ) throws(InterchangeError) -> Tree {
        var nodes: [Tree.Node] = []
        var sets: [[UInt64]] = []
        nodes.reserveCapacity(source.splitFeatures.count)
        for index in source.splitFeatures.indices {
            var node = Tree.Node(
                feature: source.splitFeatures[index], threshold: 0, categorySet: -1,
                missingGoesLeft: false, left: source.lefts[index], right: source.rights[index],
                gain: gain(source, index), rowCount: count(source.nodeRowCounts, index))
            if source.isCategorical(index) {
                node.categorySet = Int32(sets.count)
                sets.append(
                    features.categorySet(
                        feature: Int(node.feature), words: try source.set(index)))
            } else {
                node.threshold = source.thresholds[index]
                node.missingGoesLeft =
                    try source.missing(index) == .none
                    ? 0 <= node.threshold
                    : source.decisions[index] & LightGBMTree.Decision.defaultLeft != 0
            }
            nodes.append(node)
        }
        return Tree(
            nodes: nodes,
            leafValues: factor == 1 ? source.leafValues : source.leafValues.map { $0 * factor },
            leafRowCounts: source.leafValues.indices.map { count(source.leafRowCounts, $0) },
            categorySets: sets)
    }

    private static func gain(_ source: LightGBMTree, _ index: Int) -> Float {
        let gain = source.splitGains.indices.contains(index) ? Float(source.splitGains[index]) : 0
        return gain.isFinite ? gain : 0
    }

    private static func count(_ counts: [Int64], _ index: Int) -> Int64 {
        counts.indices.contains(index) ? max(counts[index], 0) : 0
    }
}
