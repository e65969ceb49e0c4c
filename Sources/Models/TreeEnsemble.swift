/// The trees of a boosted model.
///
/// The raw score of output `k` is `baseScores[k]` plus the leaf values of the trees
/// `k, k + outputCount, k + 2 * outputCount, …`.
package struct TreeEnsemble: Hashable, Sendable {
    /// Trees of one iteration: 1, or the number of classes or targets.
    package var outputCount: Int
    /// (outputCount)
    package var baseScores: [Double]
    /// (iterations * outputCount), iteration by iteration.
    package var trees: [Tree]

    package init(outputCount: Int, baseScores: [Double], trees: [Tree]) {
        precondition(baseScores.count == outputCount && trees.count % outputCount == 0)
        self.outputCount = outputCount
        self.baseScores = baseScores
        self.trees = trees
    }

    package var iterationCount: Int { trees.count / outputCount }

    /// The trees of one output alone.
    package func output(_ output: Int) -> TreeEnsemble {
        TreeEnsemble(
            outputCount: 1, baseScores: [baseScores[output]],
            trees: stride(from: output, to: trees.count, by: outputCount).map { trees[$0] })
    }
}
