package import Models

/// A tree ensemble, compiled for scoring blocks of rows.
package struct EnsembleScorer: Sendable {
    /// Rows of a block.
    package static let blockRowCount = 512

    package let outputCount: Int
    private let ensemble: TreeEnsemble
    private let featureCount: Int

    /// - Precondition: the trees fit the features; model files are checked when they are read.
    package init(_ ensemble: TreeEnsemble, features: FeatureSchema) {
        self.ensemble = ensemble
        outputCount = ensemble.outputCount
        featureCount = features.features.count
    }

    package func makeScratch() -> ScoringScratch { ScoringScratch() }

    /// Raw scores of a block: base scores, then leaf values in double, tree by tree in order, so
    /// that the sum does not depend on blocks or threads.
    /// - Parameters:
    ///   - values: (featureCount × `blockRowCount`), feature by feature; see `FeatureEncoder`.
    ///   - rowCount: at most `blockRowCount`.
    ///   - output: (rowCount × outputCount), row-major, written.
    package func score(
        values: UnsafeBufferPointer<Double>, rowCount: Int, scratch: ScoringScratch,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        let stride = Self.blockRowCount
        precondition(values.count >= featureCount * stride && rowCount <= stride)
        precondition(output.count == rowCount * outputCount)
        for row in 0..<rowCount {
            for k in 0..<outputCount {
                var sum = ensemble.baseScores[k]
                for index in Swift.stride(from: k, to: ensemble.trees.count, by: outputCount) {
                    let tree = ensemble.trees[index]
                    sum += tree.leafValues[tree.leafIndex { values[$0 * stride + row] }]
                }
                output[row * outputCount + k] = sum
            }
        }
    }
}
