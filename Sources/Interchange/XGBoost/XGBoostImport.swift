import Columns
package import Models

/// Reads XGBoost's JSON and UBJSON models.
///
/// XGBoost rounds a value to a float and goes left where it is less than the threshold; the
/// largest double that rounds below it is our threshold, so every double goes where it goes there.
/// A category goes right when its set lists it, all others go left, so children are exchanged.
/// Row counts are XGBoost's sums of hessians, it records no others; where these are fractions, a
/// million (2^20) counts for 1, so that contributions weigh the leaves as XGBoost does.
///
/// Several targets become outputs without class labels. A tree whose leaves are vectors
/// (`multi_output_tree`) becomes a tree of the same shape for each of its outputs.
package enum XGBoostImport {
    /// Category sets of a model, in words of 64 codes: 512 MiB.
    private static let setWordCountMax = 1 << 26
    private static let categoryCountMax = 1 << 20

    /// - Throws: `outOfSpec` with the key or byte, `unsupported` by name, `limitExceeded`.
    package static func decode(_ bytes: [UInt8]) throws(InterchangeError) -> ModelArtifact {
        let second = bytes.dropFirst().first {
            ![0x20, 0x0A, 0x0D, 0x09].contains($0)
        }
        let isText = second == UInt8(ascii: "\"") || second == UInt8(ascii: "}")
        let file = try XGBoostFile(
            isText ? JSONReader.read(bytes) : UniversalBinaryJSONReader.read(bytes))
        let objective = try XGBoostObjective(name: file.objective)
        guard objective.isMulticlass == (file.outputCount > 1 && !file.hasSeveralTargets) else {
            throw InterchangeError(
                .unsupported,
                "the objective `\(file.objective)` with \(file.outputCount) classes or targets")
        }
        let features = try features(of: file)
        let ensemble = try ensemble(of: file, objective: objective, features: features)
        let classCount =
            file.hasSeveralTargets ? 0 : objective.name == "binary" ? 2 : file.outputCount
        return ModelArtifact(
            kind: .trees(ensemble), algorithm: "gbdt", objective: objective.name,
            alpha: objective.name == "quantile" ? file.alpha : nil,
            transform: objective.transform, features: FeatureSchema(features),
            target: ModelTarget(
                name: "target", type: .double,
                classLabels: classCount > 1 ? (0..<classCount).map { "\($0)" } : []),
            importances: ensemble.importances(featureCount: features.count),
            provenance: Provenance(
                programVersion: "",
                trainRowCount: 0,
                importedFrom: "XGBoost \(isText ? "JSON" : "UBJSON") \(file.version)"))
    }

    private static func features(of file: XGBoostFile) throws(InterchangeError) -> [Feature] {
        var categories: [Int: Set<Int>] = [:]
        var numbers: Set<Int> = []
        for tree in file.trees {
            for node in 0..<tree.nodeCount where !tree.isLeaf(node) {
                let feature = try tree.feature(node, of: file.featureNames.count)
                if let list = tree.categories[node] {
                    categories[feature, default: []].formUnion(list)
                } else {
                    numbers.insert(feature)
                }
            }
        }
        var features: [Feature] = []
        for (index, name) in file.featureNames.enumerated() {
            let isCategorical =
                categories[index] != nil
                || file.featureTypes.indices.contains(index)
                    && file.featureTypes[index] == "c"
            guard isCategorical else {
                features.append(
                    Feature(
                        name: name, type: .double, encoding: .numeric, acceptsAnyNumber: true))
                continue
            }
            guard !numbers.contains(index) else {
                throw InterchangeError(
                    .unsupported, "feature `\(name)` is split as a number and as a category")
            }
            switch file.categoryNames[index] {
            case .texts(let texts):
                features.append(
                    Feature(name: name, type: .string, encoding: .categorical(categories: texts)))
            case .integers(let values):
                features.append(integerFeature(name, values))
            case nil:
                // Codes up to the highest used, so that a code is its own.
                let highest = categories[index]?.max() ?? -1
                guard highest < categoryCountMax else {
                    throw InterchangeError(
                        .limitExceeded,
                        "feature `\(name)` has a category \(highest); at most "
                            + "\(categoryCountMax) are read")
                }
                features.append(integerFeature(name, (0..<highest + 1).map { Int64($0) }))
            }
        }
        return features
    }

    private static func integerFeature(_ name: String, _ values: [Int64]) -> Feature {
        Feature(
            name: name, type: .int64,
            encoding: .categorical(categories: values.map { "\($0)" }), acceptsAnyNumber: true)
    }

    /// Trees iteration by iteration: XGBoost's stand in any order, with their output beside them.
    private static func ensemble(
        of file: XGBoostFile, objective: XGBoostObjective, features: [Feature]
    ) throws(InterchangeError) -> TreeEnsemble {
        var byOutput = [[Tree]](repeating: [], count: file.outputCount)
        let scale = file.trees.allSatisfy(\.hasWholeHessians) ? 1 : 0x1p20
        var wordCount = 0
        for (index, tree) in file.trees.enumerated() {
            let weight = file.weights.isEmpty ? 1 : file.weights[index]
            for position in 0..<tree.leafSize {
                let result = try self.tree(
                    tree, position: position, weight: weight, scale: scale, features: features)
                wordCount += result.categorySets.reduce(0) { $0 + $1.count }
                guard wordCount <= setWordCountMax else {
                    throw InterchangeError(.limitExceeded, "the sets of categories are too large")
                }
                byOutput[tree.leafSize == 1 ? file.outputs[index] : position].append(result)
            }
        }
        let iterationCount = byOutput[0].count
        guard byOutput.allSatisfy({ $0.count == iterationCount }) else {
            throw InterchangeError(
                .unsupported, "`tree_info` gives the outputs different numbers of trees")
        }
        var baseScores: [Double] = []
        for score in file.baseScores { baseScores.append(try objective.margin(baseScore: score)) }
        return TreeEnsemble(
            outputCount: file.outputCount, baseScores: baseScores,
            trees: (0..<iterationCount).flatMap { iteration in byOutput.map { $0[iteration] } })
    }

    /// - Parameter position: which value of each leaf is taken.
    private static func tree(
        _ source: XGBoostTree, position: Int, weight: Double, scale: Double, features: [Feature]
    ) throws(InterchangeError) -> Tree {
        var sets: [[UInt64]] = []
        var tree = try TreeAssembler.assemble(root: 0, count: source.nodeCount) {
            index throws(InterchangeError) in
            guard !source.isLeaf(index) else {
                return .leaf(
                    value: weight * Double(try source.leafValue(index, position: position)),
                    rowCount: source.rowCount(index, scale: scale))
            }
            let feature = try source.feature(index, of: features.count)
            let (left, right) = try source.children(index)
            var node = Tree.Node(
                feature: Int32(feature), threshold: 0, categorySet: -1,
                missingGoesLeft: source.missingGoesLeft(index), left: left, right: right,
                gain: source.gain(index), rowCount: source.rowCount(index, scale: scale))
            if let categories = source.categories[index] {
                node.exchangeChildren()
                node.categorySet = Int32(sets.count)
                sets.append(
                    try set(
                        categories, codeCount: features[feature].codeCount,
                        withMissing: node.missingGoesLeft))
                node.missingGoesLeft = false
                return .node(node)
            }
            let condition = try source.condition(index)
            if condition == -.infinity {
                // Nothing is less: all numbers go right.
                node.exchangeChildren()
                node.threshold = .infinity
            } else {
                node.threshold = FloatThreshold.below(condition)
            }
            return .node(node)
        }
        tree.categorySets = sets
        return tree
    }

    private static func set(
        _ categories: [Int], codeCount: Int, withMissing: Bool
    ) throws(InterchangeError) -> [UInt64] {
        let missing = codeCount - 2
        var set: [UInt64] = []
        for code in categories + (withMissing ? [missing] : []) {
            guard code < missing || withMissing && code == missing else {
                throw InterchangeError(
                    .outOfSpec, "a split lists category \(code) of \(missing)")
            }
            while set.count <= code >> 6 { set.append(0) }
            set[code >> 6] |= 1 << UInt64(code & 63)
        }
        return set
    }
}

extension Tree.Node {
    /// Left becomes right, for missing values too; the rule itself stays.
    mutating func exchangeChildren() {
        (left, right) = (right, left)
        missingGoesLeft.toggle()
    }
}
