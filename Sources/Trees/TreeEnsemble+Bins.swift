package import Binning
package import Models

extension TreeEnsemble {
    /// The bins with a bound at each threshold that these trees split at, a bin for each category
    /// that they name and for missing values where they send them right: so that the trees are
    /// rules on bins, and score binned rows as they score values.
    ///
    /// Bins that the trees were grown on stay as they are.
    /// - Throws: `invalidParameter` when a feature has too many bins then, or is of another kind.
    package func extending(_ bins: [FeatureBins]) throws(TreesError) -> [FeatureBins] {
        var bounds = bins.map { _ in Set<Double>() }
        var codes = bins.map { _ in Set<Int>() }
        var sendsMissingRight = bins.map { _ in false }
        for tree in trees {
            for node in tree.nodes {
                let feature = Int(node.feature)
                if node.categorySet >= 0 {
                    let words = tree.categorySets[Int(node.categorySet)]
                    for code in 0..<words.count * 64
                    where (words[code >> 6] >> UInt64(code & 63)) & 1 == 1 {
                        codes[feature].insert(code)
                    }
                } else {
                    if node.threshold.isFinite { bounds[feature].insert(node.threshold) }
                    if !node.missingGoesLeft { sendsMissingRight[feature] = true }
                }
            }
        }
        var extended: [FeatureBins] = []
        for (feature, bins) in bins.enumerated() {
            switch bins {
            case .numeric(let edges) where codes[feature].isEmpty:
                extended.append(
                    .numeric(
                        BinEdges(
                            upperBounds: bounds[feature].union(edges.upperBounds).sorted(),
                            hasMissing: edges.hasMissing || sendsMissingRight[feature])))
            case .categorical(let categories)
            where bounds[feature].isEmpty
                && codes[feature].allSatisfy { $0 < categories.codeCount - 1 }:
                let missing = codes[feature].subtracting(categories.codes).sorted()
                extended.append(
                    .categorical(
                        CategoryBins(
                            codes: categories.codes + missing, codeCount: categories.codeCount)))
            default: throw Self.mismatch(feature)
            }
            guard extended[feature].binCount <= 65_535 else {
                throw TreesError(
                    .invalidParameter,
                    "Feature \(feature) has \(extended[feature].binCount) bins together with those "
                        + "of the model to go on from; the limit is 65,535. Lower max_bin.")
            }
        }
        return extended
    }

    private static func mismatch(_ feature: Int) -> TreesError {
        TreesError(
            .invalidParameter,
            "The model to go on from and the data disagree about feature \(feature): whether it is "
                + "a number, or which categories it has.")
    }
}
