import Columns
import Models

extension ModelArtifact {
    /// The trees, with the base scores added to the leaves of the first iteration, where the sum of
    /// a score begins; a model without trees gets one leaf for each output.
    /// - Throws: `unsupported` for a linear model.
    func boostedTrees(for format: ForeignFormat) throws(InterchangeError) -> TreeEnsemble {
        guard case .trees(var ensemble) = kind else {
            throw InterchangeError(
                .unsupported,
                "A linear model has no trees, and \(format.libraryName) no linear models that "
                    + "take categories. ONNX can hold it: --to onnx.")
        }
        guard !features.features.isEmpty else {
            throw InterchangeError(
                .unsupported, "The model has no features, which \(format.libraryName) needs.")
        }
        if let statistic = features.statistics.first {
            let names = statistic.features.map { "`\(features.features[$0].name)`" }
            throw InterchangeError(
                .unsupported,
                "The trees read target statistics of \(names.joined(separator: " and ")), for "
                    + "which \(format.libraryName) has no place. Train with "
                    + "--categorical-encoding native.")
        }
        if ensemble.trees.isEmpty {
            ensemble.trees = ensemble.baseScores.map { _ in
                Tree(nodes: [], leafValues: [0], leafRowCounts: [0])
            }
        }
        for (output, score) in ensemble.baseScores.enumerated() where score != 0 {
            ensemble.trees[output].leafValues = ensemble.trees[output].leafValues.map { score + $0 }
        }
        ensemble.baseScores = ensemble.baseScores.map { _ in 0 }
        return ensemble
    }
}

extension Tree {
    /// (codeCount) whether each code of a categorical feature goes left at a node.
    func codesGoingLeft(_ node: Node, codeCount: Int) -> [Bool] {
        guard node.categorySet >= 0 else {
            return (0..<codeCount).map { Double($0) <= node.threshold }
        }
        let set = categorySets[Int(node.categorySet)]
        return (0..<codeCount).map { code in
            code >> 6 < set.count && (set[code >> 6] >> UInt64(code & 63)) & 1 == 1
        }
    }
}

extension Feature {
    /// The names of a categorical feature's codes for another library; nil for a number.
    ///
    /// Texts get two more, for the codes of a missing and of any other value. Whole numbers have
    /// none to spare: what their list lacks is missing to a library that looks it up.
    var exportedCategories: [String]? {
        guard case .categorical(let categories) = encoding else { return nil }
        if type.isNumeric { return categories }
        var names = categories
        for extra in ["<missing>", "<other>"] {
            var name = extra
            while names.contains(name) { name += "_" }
            names.append(name)
        }
        return names
    }
}
