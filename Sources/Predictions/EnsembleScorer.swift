import CKernels
import Columns
package import Models

/// A tree ensemble, compiled for scoring blocks of rows.
///
/// The features of a block are binned once against the model's own thresholds; then every tree is
/// evaluated for all rows at once by `martlet_blend_trees`. Trees that do not fit its limits are
/// walked (`martlet_walk_tree`). Either way a row's leaf is the one that `Tree.leafIndex` finds, and its
/// score the sum of leaf values in double, in the order of the trees.
package struct EnsembleScorer: Sendable {
    /// Rows of a block; the columns of a usual model then stay in the first-level cache.
    package static let blockRowCount = Int(MARTLET_BLOCK_ROWS)
    /// Bytes of category sets that programs address with 32 bits.
    private static let setByteCountMax = 1 << 30

    /// Consecutive trees that are scored the same way.
    private enum Segment: Sendable {
        case blended(Range<Int>)
        case walked(WalkedTree)
    }

    package let outputCount: Int
    private let baseScores: [Double]
    private let featureCount: Int
    private let bins: [FeatureBins]
    private let segments: [Segment]
    private let trees: ColumnBuffer<martlet_blend_tree>
    private let operations: ColumnBuffer<martlet_blend_op>
    private let leaves: ColumnBuffer<Double>
    private let sets: ColumnBuffer<UInt8>
    private let columnRowCount: Int
    private let valueRowCount: Int
    /// Level of instructions, see `martlet_scoring_level`; results are the same on each.
    private let level: Int

    /// - Parameter level: lowers the level of instructions, for tests.
    /// - Precondition: the trees fit the features (`ModelArtifact.validate`).
    package init(_ ensemble: TreeEnsemble, features: FeatureSchema, level: Int? = nil) {
        outputCount = ensemble.outputCount
        baseScores = ensemble.baseScores
        featureCount = features.features.count
        self.level = min(level ?? .max, Int(martlet_scoring_level()))

        var plan = BinningPlan(features: features)
        let isBlended = ensemble.trees.map { plan.add($0) }
        let (bins, columnRowCount) = plan.bins(firstRow: BlendCompiler.decisionRowCount)
        self.bins = bins
        self.columnRowCount = columnRowCount
        var compiler = BlendCompiler(
            bins: Dictionary(uniqueKeysWithValues: bins.map { ($0.feature, $0) }),
            features: features)
        var segments: [Segment] = []
        for (index, tree) in ensemble.trees.enumerated() {
            let output = index % ensemble.outputCount
            guard isBlended[index], compiler.sets.count < Self.setByteCountMax else {
                segments.append(.walked(WalkedTree(tree, output: output)))
                continue
            }
            let next = compiler.trees.count
            compiler.append(tree, output: output)
            if case .blended(let range) = segments.last {
                segments[segments.count - 1] = .blended(range.lowerBound..<next + 1)
            } else {
                segments.append(.blended(next..<next + 1))
            }
        }
        self.segments = segments
        trees = ColumnBuffer(compiler.trees)
        operations = ColumnBuffer(compiler.operations)
        leaves = ColumnBuffer(compiler.leaves)
        sets = ColumnBuffer(compiler.sets)
        valueRowCount = compiler.valueRowCount
    }

    package func makeScratch() -> ScoringScratch {
        ScoringScratch(
            columnRowCount: columnRowCount, valueRowCount: valueRowCount, outputCount: outputCount)
    }

    /// Raw scores of a block.
    /// - Parameters:
    ///   - values: (featureCount × `blockRowCount`), feature by feature; see `FeatureEncoder`.
    ///     What lies behind `rowCount` is read of numbers, but decides nothing.
    ///   - rowCount: at most `blockRowCount`.
    ///   - scratch: from `makeScratch` of this scorer.
    ///   - output: (rowCount × outputCount), row-major, written.
    /// - Complexity: O(`rowCount` · nodes) for trees of up to 256 leaves, O(`rowCount` · depth)
    ///   for larger ones. Twin: `Tree.leafIndex`.
    package func score(
        values: UnsafeBufferPointer<Double>, rowCount: Int, scratch: ScoringScratch,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(values.count >= featureCount * Self.blockRowCount)
        precondition(rowCount <= Self.blockRowCount && output.count == rowCount * outputCount)
        precondition(scratch.columns.count == columnRowCount * Self.blockRowCount)
        guard rowCount > 0, let sums = scratch.sums.mutableElements.baseAddress,
            let columns = scratch.columns.mutableElements.baseAddress,
            let leafNumbers = scratch.leaves.mutableElements.baseAddress
        else { return }
        // Kernels work on vectors of up to 64 rows.
        let paddedCount = (rowCount + 63) & ~63
        if let values = values.baseAddress {
            for bin in bins {
                bin.bin(
                    values + bin.feature * Self.blockRowCount,
                    count: bin.isCategorical ? rowCount : paddedCount,
                    columns: UnsafeMutableRawPointer(columns), level: level)
            }
        }
        for k in 0..<outputCount {
            (sums + k * Self.blockRowCount).update(repeating: baseScores[k], count: paddedCount)
        }
        for segment in segments {
            switch segment {
            case .blended(let range):
                martlet_blend_trees(
                    Int32(level), trees.elements.baseAddress.map { $0 + range.lowerBound },
                    range.count, operations.elements.baseAddress, leaves.elements.baseAddress,
                    sets.elements.baseAddress, paddedCount, columns,
                    scratch.values.mutableElements.baseAddress, sums)
            case .walked(let tree):
                guard let values = values.baseAddress else { continue }
                tree.add(
                    values: values, rowCount: rowCount, leaves: leafNumbers,
                    to: sums + tree.output * Self.blockRowCount)
            }
        }
        if outputCount == 1 {
            _ = output.update(fromContentsOf: UnsafeBufferPointer(start: sums, count: rowCount))
            return
        }
        for k in 0..<outputCount {
            let sum = sums + k * Self.blockRowCount
            for row in 0..<rowCount { output[row * outputCount + k] = sum[row] }
        }
    }
}
