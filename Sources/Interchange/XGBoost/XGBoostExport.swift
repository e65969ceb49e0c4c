import Columns
package import Models

/// Writes XGBoost's JSON models, as version 2.1 does; later versions read them.
///
/// XGBoost computes in floats. A threshold becomes the smallest float above it, which parts all
/// floats as the double did; values that are no floats are rounded by XGBoost before it compares.
/// A category's code is its position in the feature's list, N + 1 stands for any other, and NaN is
/// missing. The lists stand in the attribute `categories`, as `pandas.CategoricalDtype` takes them.
package enum XGBoostExport {
    private static let categoryMax = 1 << 24

    /// - Throws: `unsupported` for linear models, one-against-all classes, and features that take
    ///   zeros for missing.
    package static func encode(_ artifact: ModelArtifact) throws(InterchangeError) -> [UInt8] {
        let ensemble = try artifact.boostedTrees(for: .xgboost)
        let features = artifact.features.features
        if let feature = features.first(where: \.zeroIsMissing) {
            throw InterchangeError(
                .unsupported,
                "Feature `\(feature.name)` takes zeros for missing, which XGBoost cannot do for "
                    + "one feature.")
        }
        if let feature = features.first(where: { $0.codeCount > categoryMax }) {
            throw InterchangeError(
                .unsupported, "Feature `\(feature.name)` has more categories than XGBoost allows.")
        }
        let objective = try objective(artifact)
        let count = ensemble.outputCount
        let trees = ensemble.trees.enumerated().map { index, tree in
            self.tree(tree, index: index, features: artifact.features)
        }
        let iterations = (0...ensemble.iterationCount).map { $0 * count }
        let classCount = artifact.hasSeveralTargets || count == 1 ? 0 : count
        let groups = ensemble.trees.indices.map { $0 % count }
        let text = """
            {"learner":{"attributes":\(attributes(artifact.features)),\
            "feature_names":\(JSONText.array(features.map(\.name))),\
            "feature_types":\(JSONText.array(features.map { $0.codeCount > 0 ? "c" : "float" })),\
            "gradient_booster":{"model":{"gbtree_model_param":\
            {"num_parallel_tree":"1","num_trees":"\(trees.count)"},\
            "iteration_indptr":\(JSONText.array(iterations)),\
            "tree_info":\(JSONText.array(groups)),\
            "trees":[\(trees.joined(separator: ","))]},"name":"gbtree"},\
            "learner_model_param":{"base_score":"\(objective.baseScore)","boost_from_average":"1",\
            "num_class":"\(classCount)","num_feature":"\(features.count)",\
            "num_target":"\(artifact.hasSeveralTargets ? count : 1)"},"objective":\(objective.json)},"version":[2,1,4]}

            """
        return Array(text.utf8)
    }

    /// The objective with the same transform, and the `base_score` that adds nothing.
    private static func objective(
        _ artifact: ModelArtifact
    ) throws(InterchangeError) -> (json: String, baseScore: String) {
        let loss = #""reg_loss_param":{"scale_pos_weight":"1"}"#
        switch (artifact.transform, artifact.outputCount) {
        case (.softmax, let count):
            return (
                #"{"name":"multi:softprob","softmax_multiclass_param":{"num_class":"\#(count)"}}"#,
                "0E0"
            )
        case (_, 2...) where !artifact.hasSeveralTargets:
            throw InterchangeError(
                .unsupported,
                "Classes one against all (`multiclassova`) are no objective of XGBoost.")
        case (.sigmoid, _):
            let name = artifact.target.classLabels.isEmpty ? "reg:logistic" : "binary:logistic"
            return (#"{"name":"\#(name)",\#(loss)}"#, "5E-1")
        case (.exp, _):
            switch artifact.objective {
            case "gamma": return (#"{"name":"reg:gamma","gamma_regression_param":{}}"#, "1E0")
            case "tweedie":
                return (
                    #"{"name":"reg:tweedie","tweedie_regression_param":"#
                        + #"{"tweedie_variance_power":"1.5"}}"#, "1E0"
                )
            default:
                return (
                    #"{"name":"count:poisson","poisson_regression_param":"#
                        + #"{"max_delta_step":"0.7"}}"#, "1E0"
                )
            }
        // Quantiles that ascend have several outputs, which are refused above.
        case (.identity, _), (.ascending, _):
            return (#"{"name":"reg:squarederror",\#(loss)}"#, "0E0")
        }
    }

    /// `categories`: JSON text, feature to its list.
    private static func attributes(_ schema: FeatureSchema) -> String {
        let lists = schema.features.compactMap { feature -> String? in
            guard let names = feature.exportedCategories else { return nil }
            let list =
                feature.type.isNumeric
                ? "[" + names.joined(separator: ",") + "]" : JSONText.array(names)
            return JSONText.quoted(feature.name) + ":" + list
        }
        guard !lists.isEmpty else { return "{}" }
        return #"{"categories":"# + JSONText.quoted("{" + lists.joined(separator: ",") + "}") + "}"
    }

    /// Level by level, the children of a node side by side: XGBoost finds the right one behind the
    /// left one, whatever `right_children` says.
    private static func tree(_ tree: Tree, index: Int, features: FeatureSchema) -> String {
        let count = tree.nodes.count + tree.leafValues.count
        var columns = NodeColumns(count: count)
        var order: [Int32] = [tree.nodes.isEmpty ? ~0 : 0]
        order.reserveCapacity(count)
        for number in 0..<count {
            let child = order[number]
            guard child >= 0 else {
                let leaf = Int(~child)
                columns.conditions[number] = Float(tree.leafValues[leaf])
                columns.weights[number] = columns.conditions[number]
                columns.hessians[number] = Float(tree.leafRowCounts[leaf])
                continue
            }
            let node = tree.nodes[Int(child)]
            columns.setChildren(of: number, left: order.count)
            columns.setSplit(number, node, tree: tree, features: features)
            order += [node.left, node.right]
        }
        return """
            {"base_weights":\(JSONText.array(columns.weights)),\
            "categories":\(JSONText.array(columns.categories)),\
            "categories_nodes":\(JSONText.array(columns.categoryNodes)),\
            "categories_segments":\(JSONText.array(columns.categoryStarts)),\
            "categories_sizes":\(JSONText.array(columns.categorySizes)),\
            "default_left":\(JSONText.array(columns.defaultsLeft)),"id":\(index),\
            "left_children":\(JSONText.array(columns.lefts)),\
            "loss_changes":\(JSONText.array(columns.gains)),\
            "parents":\(JSONText.array(columns.parents)),\
            "right_children":\(JSONText.array(columns.rights)),\
            "split_conditions":\(JSONText.array(columns.conditions)),\
            "split_indices":\(JSONText.array(columns.features)),\
            "split_type":\(JSONText.array(columns.types)),\
            "sum_hessian":\(JSONText.array(columns.hessians)),\
            "tree_param":{"num_deleted":"0","num_feature":"\(features.features.count)",\
            "num_nodes":"\(count)","size_leaf_vector":"1"}}
            """
    }
}

extension XGBoostExport {
    /// (nodes and leaves) the arrays of one tree.
    private struct NodeColumns {
        var lefts: [Int32]
        var rights: [Int32]
        var parents: [Int32]
        var features: [Int32]
        var conditions: [Float]
        var weights: [Float]
        var gains: [Float]
        var hessians: [Float]
        var defaultsLeft: [UInt8]
        var types: [UInt8]
        var categories: [Int] = []
        var categoryNodes: [Int] = []
        var categoryStarts: [Int] = []
        var categorySizes: [Int] = []

        init(count: Int) {
            lefts = [Int32](repeating: -1, count: count)
            rights = lefts
            parents = [Int32](repeating: .max, count: count)
            features = [Int32](repeating: 0, count: count)
            conditions = [Float](repeating: 0, count: count)
            weights = conditions
            gains = conditions
            hessians = conditions
            defaultsLeft = [UInt8](repeating: 0, count: count)
            types = defaultsLeft
        }

        mutating func setChildren(of number: Int, left: Int) {
            lefts[number] = Int32(left)
            rights[number] = Int32(left + 1)
            parents[left] = Int32(number)
            parents[left + 1] = Int32(number)
        }

        mutating func setSplit(
            _ number: Int, _ node: Tree.Node, tree: Tree, features schema: FeatureSchema
        ) {
            features[number] = node.feature
            gains[number] = node.gain
            hessians[number] = Float(node.rowCount)
            let codeCount = schema.features[Int(node.feature)].codeCount
            guard codeCount > 0 else {
                conditions[number] = FloatThreshold.firstAbove(node.threshold)
                defaultsLeft[number] = node.missingGoesLeft ? 1 : 0
                return
            }
            let goesLeft = tree.codesGoingLeft(node, codeCount: codeCount)
            let missing = codeCount - 2
            types[number] = 1
            defaultsLeft[number] = goesLeft[missing] ? 1 : 0
            // A set lists what goes right, and must not be empty: nothing has the code behind all.
            var listed = goesLeft.indices.filter { !goesLeft[$0] && $0 != missing }
            if listed.isEmpty { listed = [codeCount] }
            categoryNodes.append(number)
            categoryStarts.append(categories.count)
            categorySizes.append(listed.count)
            categories += listed
        }
    }
}
