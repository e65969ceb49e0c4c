import CKernels
import Columns
package import Models

/// Tree ensembles over the same features, compiled for scoring blocks of rows.
///
/// The features of a block are binned against the thresholds of the trees, once for as many trees,
/// of whichever ensemble, as have no more than a byte can number; then every tree is evaluated for
/// all rows at once by `martlet_blend_trees`. Trees that do not fit its limits are walked
/// (`martlet_walk_tree`). Either way a row's leaf is the one that `Tree.leafIndex` finds, and its
/// score the sum of leaf values in double, in the order of the trees.
package struct EnsembleScorer: Sendable {
    /// Rows of a block; the columns of a usual model then stay in the first-level cache.
    package static let blockRowCount = Int(MARTLET_BLOCK_ROWS)
    /// Bytes of category sets that programs address with 32 bits.
    private static let setByteCountMax = 1 << 30

    /// What is done with a block, in order.
    private enum Segment: Sendable {
        /// Features are binned for the trees that follow.
        case binned([FeatureBins])
        case blended(Range<Int>)
        case walked(WalkedTree)
    }

    /// Outputs of each ensemble.
    private let outputCounts: [Int]
    /// Of all outputs of all ensembles.
    private let baseScores: [Double]
    private let columnCount: Int
    private let segments: [Segment]
    private let trees: ColumnBuffer<martlet_blend_tree>
    private let steps: ColumnBuffer<martlet_blend_step>
    private let decisions: ColumnBuffer<martlet_blend_decision>
    private let leaves: ColumnBuffer<Double>
    private let planes: ColumnBuffer<UInt16>
    private let sets: ColumnBuffer<UInt8>
    private let columnRowCount: Int
    private let stackRowCount: Int
    /// Level of instructions, see `martlet_kernel_level`; results are the same on each.
    private let level: Int

    /// - Parameter level: lowers the level of instructions, for tests.
    /// - Precondition: the trees fit the features (`ModelArtifact.validate`).
    package init(_ ensembles: [TreeEnsemble], features: FeatureSchema, level: Int? = nil) {
        outputCounts = ensembles.map(\.outputCount)
        baseScores = ensembles.flatMap(\.baseScores)
        columnCount = features.columnCount
        self.level = min(level ?? .max, Int(martlet_kernel_level()))

        var builder = Builder(features: features)
        var firstOutput = 0
        for ensemble in ensembles {
            for (index, tree) in ensemble.trees.enumerated() {
                builder.append(tree, output: firstOutput + index % ensemble.outputCount)
            }
            firstOutput += ensemble.outputCount
        }
        builder.flush()
        let compiler = builder.compiler
        let program = compiler.program
        columnRowCount = compiler.columnRowCount
        segments = builder.segments
        trees = ColumnBuffer(program.trees)
        steps = ColumnBuffer(program.steps)
        decisions = ColumnBuffer(program.decisions)
        leaves = ColumnBuffer(program.leaves)
        planes = ColumnBuffer(program.planes)
        sets = ColumnBuffer(compiler.sets)
        stackRowCount = compiler.stackRowCount
    }

    /// Whether `score` reads more of a feature than its bins.
    var readsValues: Bool {
        segments.contains { if case .walked = $0 { true } else { false } }
    }

    /// The bins of a feature's distinct values: for each `FeatureBins` of the segments in order,
    /// nil for those of other features.
    func tables(of values: UnsafeBufferPointer<Double>, feature: Int) -> [BinTable?] {
        segments.flatMap { segment -> [BinTable?] in
            guard case .binned(let bins) = segment else { return [] }
            return bins.map { $0.feature == feature ? $0.table(of: values, level: level) : nil }
        }
    }

    package func makeScratch() -> ScoringScratch {
        ScoringScratch(
            columnRowCount: columnRowCount, stackRowCount: stackRowCount,
            outputCount: baseScores.count)
    }

    /// Raw scores of a block.
    /// - Parameters:
    ///   - values: (columnCount × `blockRowCount`), column by column; see `FeatureEncoder` and
    ///     `StatisticEncoder`.
    ///     What lies behind `rowCount` is read of numbers, but decides nothing.
    ///   - coded: columns whose bins are looked up; of these `values` may hold anything, unless
    ///     `readsValues`.
    ///   - rowCount: at most `blockRowCount`.
    ///   - scratch: from `makeScratch` of this scorer.
    ///   - outputs: of each ensemble (rowCount × its outputCount), row-major, written.
    /// - Complexity: O(`rowCount` · nodes) for trees of up to 256 leaves, O(`rowCount` · depth)
    ///   for larger ones. Twin: `Tree.leafIndex`.
    package func score(
        values: UnsafeBufferPointer<Double>, coded: CodedBlock? = nil, rowCount: Int,
        scratch: ScoringScratch, into outputs: [UnsafeMutableBufferPointer<Double>]
    ) {
        precondition(values.count >= columnCount * Self.blockRowCount)
        precondition(rowCount <= Self.blockRowCount && outputs.count == outputCounts.count)
        precondition(scratch.columns.count == columnRowCount * Self.blockRowCount)
        guard rowCount > 0, let sums = scratch.sums.mutableElements.baseAddress,
            let columns = scratch.columns.mutableElements.baseAddress,
            let leafNumbers = scratch.leaves.mutableElements.baseAddress
        else { return }
        // Kernels work on vectors of up to 64 rows.
        let paddedCount = (rowCount + 63) & ~63
        for k in baseScores.indices {
            (sums + k * Self.blockRowCount).update(repeating: baseScores[k], count: paddedCount)
        }
        var binsIndex = 0
        for segment in segments {
            switch segment {
            case .binned(let bins):
                guard let values = values.baseAddress else { continue }
                for bin in bins {
                    defer { binsIndex += 1 }
                    if let (codes, table) = coded?.codes(feature: bin.feature, bins: binsIndex) {
                        bin.lookUp(
                            codes, in: table, paddedCount: paddedCount,
                            columns: UnsafeMutableRawPointer(columns), level: level)
                        continue
                    }
                    bin.bin(
                        values + bin.feature * Self.blockRowCount,
                        count: rowCount, paddedCount: paddedCount,
                        columns: UnsafeMutableRawPointer(columns), level: level)
                }
            case .blended(let range):
                var program = martlet_blend_program(
                    trees: trees.elements.baseAddress.map { $0 + range.lowerBound },
                    tree_count: range.count, steps: steps.elements.baseAddress,
                    decisions: decisions.elements.baseAddress,
                    sets: sets.elements.baseAddress, leaves: leaves.elements.baseAddress,
                    planes: planes.elements.baseAddress)
                martlet_blend_trees(
                    Int32(level), &program, paddedCount, columns,
                    scratch.stack.mutableElements.baseAddress, sums)
            case .walked(let tree):
                guard let values = values.baseAddress else { continue }
                tree.add(
                    values: values, rowCount: rowCount, leaves: leafNumbers,
                    to: sums + tree.output * Self.blockRowCount)
            }
        }
        var next = sums
        for (outputCount, output) in zip(outputCounts, outputs) {
            Self.write(next, rowCount: rowCount, outputCount: outputCount, into: output)
            next += outputCount * Self.blockRowCount
        }
    }

    /// - Parameter sums: (outputCount × `blockRowCount`)
    private static func write(
        _ sums: UnsafePointer<Double>, rowCount: Int, outputCount: Int,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(output.count == rowCount * outputCount)
        if outputCount == 1 {
            _ = output.update(fromContentsOf: UnsafeBufferPointer(start: sums, count: rowCount))
            return
        }
        for k in 0..<outputCount {
            let sum = sums + k * blockRowCount
            for row in 0..<rowCount { output[row * outputCount + k] = sum[row] }
        }
    }
}

extension EnsembleScorer {
    /// Collects trees until their bins are known, then compiles them.
    private struct Builder {
        let features: FeatureSchema
        var compiler: BlendCompiler
        var segments: [Segment] = []

        private var plan: BinningPlan
        private var waiting: [(tree: Tree, output: Int, isBlended: Bool)] = []

        init(features: FeatureSchema) {
            self.features = features
            compiler = BlendCompiler(features: features)
            plan = BinningPlan(features: features)
        }

        mutating func append(_ tree: Tree, output: Int) {
            var outcome = plan.add(tree)
            if outcome == .full {
                flush()
                outcome = plan.add(tree)
            }
            waiting.append((tree, output, outcome == .added))
        }

        mutating func flush() {
            let (bins, rowCount) = plan.bins()
            if !bins.isEmpty { segments.append(.binned(bins)) }
            compiler.use(bins, rowCount: rowCount)
            for (tree, output, isBlended) in waiting {
                guard isBlended, compiler.sets.count < EnsembleScorer.setByteCountMax else {
                    segments.append(.walked(WalkedTree(tree, output: output)))
                    continue
                }
                let next = compiler.program.trees.count
                compiler.append(tree, output: output)
                if case .blended(let range) = segments.last {
                    segments[segments.count - 1] = .blended(range.lowerBound..<next + 1)
                } else {
                    segments.append(.blended(next..<next + 1))
                }
            }
            waiting = []
            plan = BinningPlan(features: features)
        }
    }
}
