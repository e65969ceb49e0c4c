import Columns
package import Models

/// Writes LightGBM's text models, version v4.
///
/// Thresholds and leaves are written to the last bit. Base scores go into the leaves of the first
/// iteration, where the sum begins. Categories are LightGBM's integers: code `c` for the c-th
/// category of the feature, N for a missing one (NaN does the same), N + 1 for any other;
/// `pandas_categorical` lists their names, so that a frame with `category` columns needs no codes.
package enum LightGBMExport {
    /// - Throws: `unsupported` for a linear model, and for several targets.
    package static func encode(_ artifact: ModelArtifact) throws(InterchangeError) -> [UInt8] {
        guard !artifact.hasSeveralTargets else {
            throw InterchangeError(
                .unsupported,
                "The model predicts \(artifact.outputCount) targets at once, which LightGBM cannot. "
                    + "XGBoost and ONNX can: --to xgboost.")
        }
        let ensemble = try artifact.boostedTrees(for: .lightgbm)
        let blocks = ensemble.trees.enumerated().map { index, tree in
            block(tree, index: index, features: artifact.features)
        }
        var lines = try header(artifact, ensemble)
        lines.append("tree_sizes=" + blocks.map { "\($0.utf8.count)" }.joined(separator: " "))
        lines.append("")
        var text = lines.joined(separator: "\n") + "\n"
        for block in blocks { text += block }
        text += "end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\n"
        text += "pandas_categorical:" + pandasCategories(artifact.features) + "\n"
        return Array(text.utf8)
    }

    private static func header(
        _ artifact: ModelArtifact, _ ensemble: TreeEnsemble
    ) throws(InterchangeError) -> [String] {
        let features = artifact.features.features
        // LightGBM separates names by spaces, and itself replaces those within.
        let names = features.map { feature in
            String(feature.name.map { $0.isWhitespace ? "_" : $0 })
        }
        guard Set(names).count == names.count else {
            throw InterchangeError(
                .unsupported,
                "two features have the same name but for spaces, which LightGBM's "
                    + "file cannot tell apart")
        }
        let ranges = features.indices.map { index in
            range(features[index], artifact.profiles.isEmpty ? nil : artifact.profiles[index])
        }
        return [
            "tree", "version=v4", "num_class=\(ensemble.outputCount)",
            "num_tree_per_iteration=\(ensemble.outputCount)", "label_index=0",
            "max_feature_idx=\(features.count - 1)", "objective=" + objective(artifact),
            "feature_names=" + names.joined(separator: " "),
            "feature_infos=" + ranges.joined(separator: " "),
        ]
    }

    private static func range(_ feature: Feature, _ profile: FeatureProfile?) -> String {
        if feature.codeCount > 0 {
            return (0..<feature.codeCount).map { "\($0)" }.joined(separator: ":")
        }
        let low = profile?.minimum.flatMap { $0.isFinite ? $0 : nil } ?? -1e300
        let high = profile?.maximum.flatMap { $0.isFinite ? $0 : nil } ?? 1e300
        return "[\(low):\(high)]"
    }

    /// LightGBM's objective with the same transform, by our name where that is one.
    private static func objective(_ artifact: ModelArtifact) -> String {
        let count = artifact.outputCount
        switch artifact.transform {
        case .softmax: return "multiclass num_class:\(count)"
        case .sigmoid where count > 1: return "multiclassova num_class:\(count) sigmoid:1"
        case .sigmoid:
            return artifact.target.classLabels.isEmpty ? "cross_entropy" : "binary sigmoid:1"
        case .exp:
            return ["gamma", "tweedie"].contains(artifact.objective)
                ? artifact.objective : "poisson"
        // Quantiles that ascend are refused before (`ForeignModel.encode`).
        case .identity, .ascending:
            let known = ["regression_l1", "huber", "fair", "quantile", "mape", "lambdarank"]
            return known.contains(artifact.objective) ? artifact.objective : "regression"
        }
    }

    private static func block(_ tree: Tree, index: Int, features: FeatureSchema) -> String {
        let split = SplitColumns(tree, features: features)
        let leafCount = tree.leafValues.count
        let zeros = { (count: Int) in [Int](repeating: 0, count: count) }
        var lines = [
            "Tree=\(index)", "num_leaves=\(leafCount)", "num_cat=\(split.setStarts.count - 1)",
            "split_feature=" + words(tree.nodes.map(\.feature)),
            "split_gain=" + words(tree.nodes.map(\.gain)),
            "threshold=" + words(split.thresholds),
            "decision_type=" + words(split.decisions), "left_child=" + words(split.lefts),
            "right_child=" + words(split.rights), "leaf_value=" + words(tree.leafValues),
            "leaf_weight=" + words(zeros(leafCount)), "leaf_count=" + words(tree.leafRowCounts),
            "internal_value=" + words(zeros(tree.nodes.count)),
            "internal_weight=" + words(zeros(tree.nodes.count)),
            "internal_count=" + words(tree.nodes.map(\.rowCount)),
        ]
        if split.setStarts.count > 1 {
            lines.append("cat_boundaries=" + words(split.setStarts))
            lines.append("cat_threshold=" + words(split.setWords))
        }
        lines += ["is_linear=0", "shrinkage=1", "", "", ""]
        return lines.joined(separator: "\n")
    }

    private static func words(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: " ")
    }

    private static func pandasCategories(_ schema: FeatureSchema) -> String {
        let lists = schema.features.compactMap { feature -> String? in
            guard let names = feature.exportedCategories else { return nil }
            let words = feature.type.isNumeric ? names : names.map { JSONText.quoted($0) }
            return "[" + words.joined(separator: ", ") + "]"
        }
        return lists.isEmpty ? "null" : "[" + lists.joined(separator: ", ") + "]"
    }
}

extension LightGBMExport {
    /// The arrays of a tree's splits as LightGBM's rules need them.
    private struct SplitColumns {
        /// LightGBM reads infinity as a finite number; the largest one parts all finite values.
        private static let largest = Double.greatestFiniteMagnitude

        private(set) var thresholds: [String] = []
        private(set) var decisions: [UInt8] = []
        private(set) var lefts: [Int32] = []
        private(set) var rights: [Int32] = []
        private(set) var setStarts = [0]
        private(set) var setWords: [UInt32] = []

        init(_ tree: Tree, features: FeatureSchema) {
            for node in tree.nodes {
                let feature = features.features[Int(node.feature)]
                if feature.codeCount > 0 {
                    append(tree.codesGoingLeft(node, codeCount: feature.codeCount), node)
                    continue
                }
                let missing: LightGBMTree.Missing = feature.zeroIsMissing ? .zero : .nan
                let threshold = min(max(node.threshold, -Self.largest), Self.largest)
                thresholds.append("\(threshold)")
                decisions.append(
                    missing.rawValue << LightGBMTree.Decision.missingShift
                        | (node.missingGoesLeft ? LightGBMTree.Decision.defaultLeft : 0))
                lefts.append(node.left)
                rights.append(node.right)
            }
        }

        /// NaN and whatever a set does not list go right in LightGBM, so the set is that of the
        /// side where missing values are not.
        private mutating func append(_ goesLeft: [Bool], _ node: Tree.Node) {
            let missingGoesLeft = goesLeft[goesLeft.count - 2]
            var words = [UInt32](repeating: 0, count: (goesLeft.count + 31) / 32)
            for (code, isLeft) in goesLeft.enumerated() where isLeft != missingGoesLeft {
                words[code >> 5] |= 1 << UInt32(code & 31)
            }
            thresholds.append("\(setStarts.count - 1)")
            setWords += words
            setStarts.append(setWords.count)
            decisions.append(
                LightGBMTree.Decision.isCategorical
                    | LightGBMTree.Missing.nan.rawValue << LightGBMTree.Decision.missingShift)
            lefts.append(missingGoesLeft ? node.right : node.left)
            rights.append(missingGoesLeft ? node.left : node.right)
        }
    }
}
