import CKernels
import Columns
package import Models

/// Shapley values of a tree ensemble: what each feature of a row adds to its raw score.
///
/// Features that a coalition does not hold follow the training rows down each tree (Lundberg et
/// al. 2020, "tree path dependent"), as LightGBM's `pred_contrib` and XGBoost's `pred_contribs`
/// have it. The values of a row and `expectedValues` add up to its raw score. Each leaf is a
/// product game whose values are integrals of polynomials, which quadrature gives exactly
/// (`martlet_explain_leaf`): O(leaves · depth²) a row, without the cancellation of the recursion.
package struct EnsembleExplainer: Sendable {
    /// Features of one path at most: quadrature beyond has no use in practice.
    package static let pathFeatureCountMax = 2 * Int(MARTLET_PATH_POINTS)

    package let outputCount: Int
    /// (outputCount) the mean raw score of the training rows, as the trees' counts give it.
    package let expectedValues: [Double]
    private let columnCount: Int
    /// (iterations · outputCount) for contributions, and as many for pairs where asked.
    private let programs: [PathProgram]
    private let pairPrograms: [PathProgram]
    /// Rule `n` has `n + 1` points.
    private let rules: [GaussLegendre]
    private let level: Int

    /// - Parameters:
    ///   - explainsPairs: whether `addPairs` is going to be called.
    ///   - level: lowers the level of instructions, for tests.
    /// - Throws: `incompatible` when the trees do not record their rows; `unsupported` for a path
    ///   over more than `pathFeatureCountMax` features.
    /// - Precondition: the trees fit the features (`ModelArtifact.validate`).
    package init(
        _ ensemble: TreeEnsemble, features: FeatureSchema, explainsPairs: Bool = false,
        level: Int? = nil
    ) throws(ModelError) {
        outputCount = ensemble.outputCount
        columnCount = features.columnCount
        self.level = min(level ?? .max, Int(martlet_kernel_level()))
        var programs: [PathProgram] = []
        var pairPrograms: [PathProgram] = []
        var expectedValues = ensemble.baseScores
        for (index, tree) in ensemble.trees.enumerated() {
            let program = try PathProgram(tree, joinsLeaves: true)
            expectedValues[index % ensemble.outputCount] += program.expectedValue
            programs.append(program)
            if explainsPairs { pairPrograms.append(try PathProgram(tree, joinsLeaves: false)) }
        }
        self.programs = programs
        self.pairPrograms = pairPrograms
        self.expectedValues = expectedValues
        let elementCountMax = programs.map(\.elementCountMax).max() ?? 0
        guard elementCountMax <= Self.pathFeatureCountMax else {
            throw ModelError(
                .unsupported,
                "A path of the model's trees has splits on \(elementCountMax) features; "
                    + "contributions are for at most \(Self.pathFeatureCountMax).")
        }
        rules = (1...max(1, (elementCountMax + 1) / 2)).map { GaussLegendre(pointCount: $0) }
    }

    package func makeScratch() -> ExplanationScratch {
        ExplanationScratch(
            nodeCount: programs.map { $0.tree.nodes.count }.max() ?? 0,
            elementCount: programs.map(\.elementCountMax).max() ?? 0,
            savedCount: (programs + pairPrograms).map(\.savedCountMax).max() ?? 0)
    }

    /// Adds the contributions of a block of rows to one output's raw score.
    /// - Parameters:
    ///   - values: (columnCount × `EnsembleScorer.blockRowCount`), column by column.
    ///   - rowCount: at most `EnsembleScorer.blockRowCount`.
    ///   - sums: (columnCount × `EnsembleScorer.blockRowCount`), 64-byte aligned, added to; what
    ///     lies behind `rowCount` is arbitrary.
    /// - Complexity: O(`rowCount` · leaves · depth²). Twin: a sum over all coalitions, in the tests.
    package func addContributions(
        output: Int, values: UnsafeBufferPointer<Double>, rowCount: Int,
        scratch: ExplanationScratch, to sums: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(values.count >= columnCount * EnsembleScorer.blockRowCount)
        precondition(sums.count >= columnCount * EnsembleScorer.blockRowCount)
        precondition(rowCount <= EnsembleScorer.blockRowCount)
        guard let values = values.baseAddress, let sums = sums.baseAddress else { return }
        for index in stride(from: output, to: programs.count, by: outputCount) {
            let program = programs[index]
            decide(program.tree, values: values, rowCount: rowCount, scratch: scratch)
            for step in program.steps {
                switch step {
                case .enter, .narrow, .restore:
                    scratch.move(step, in: program, sums: sums)
                case .leaf(let leaf, let count):
                    explain(
                        martlet_path_leaf(
                            split: nil, sums: nil, left: program.tree.leafValues[Int(leaf)],
                            right: 0, left_share: 0.5),
                        count: Int(count), rowCount: rowCount, scratch: scratch)
                case .pair(let index, let count):
                    let node = program.tree.nodes[Int(index)]
                    explain(
                        martlet_path_leaf(
                            split: scratch.decisions(of: Int(index)),
                            sums: sums + Int(node.feature) * EnsembleScorer.blockRowCount,
                            left: program.tree.leafValues[Int(~node.left)],
                            right: program.tree.leafValues[Int(~node.right)],
                            left_share: program.leftShares[Int(index)]),
                        count: Int(count), rowCount: rowCount, scratch: scratch)
                }
            }
        }
    }

    /// Adds the interactions of each two features, for a block of rows and one output.
    ///
    /// What a pair adds is `2 Φ(i, j)` of Lundberg et al.: both halves together.
    /// - Parameter pairs: (columnCount · (columnCount + 1) / 2 × `EnsembleScorer.blockRowCount`),
    ///   the upper triangle row by row, added to; its diagonal is left alone.
    /// - Complexity: O(`rowCount` · leaves · depth³).
    package func addPairs(
        output: Int, values: UnsafeBufferPointer<Double>, rowCount: Int,
        scratch: ExplanationScratch, to pairs: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(values.count >= columnCount * EnsembleScorer.blockRowCount)
        precondition(
            pairs.count >= columnCount * (columnCount + 1) / 2 * EnsembleScorer.blockRowCount)
        guard let values = values.baseAddress, let pairs = pairs.baseAddress else { return }
        for index in stride(from: output, to: pairPrograms.count, by: outputCount) {
            let program = pairPrograms[index]
            decide(program.tree, values: values, rowCount: rowCount, scratch: scratch)
            for step in program.steps {
                guard case .leaf(let leaf, let count) = step else {
                    scratch.move(step, in: program, sums: pairs)
                    continue
                }
                let rule = rules[max(0, (Int(count) + 1) / 2 - 1)]
                martlet_explain_leaf_pairs(
                    scratch.elements, Int(count), program.tree.leafValues[Int(leaf)], rule.points,
                    rule.weights, rule.points.count, rowCount, columnCount, pairs)
            }
        }
    }

    private func explain(
        _ leaf: martlet_path_leaf, count: Int, rowCount: Int, scratch: ExplanationScratch
    ) {
        var leaf = leaf
        let featureCount = count + (leaf.split == nil ? 0 : 1)
        // A tree of one leaf has no features to explain it.
        guard featureCount > 0 else { return }
        let rule = rules[(featureCount + 1) / 2 - 1]
        martlet_explain_leaf(
            Int32(level), scratch.elements, count, &leaf, rule.points, rule.weights,
            rule.points.count, (rowCount + 7) & ~7)
    }

    /// Writes a bit for each node and row: whether it goes left.
    private func decide(
        _ tree: Tree, values: UnsafePointer<Double>, rowCount: Int, scratch: ExplanationScratch
    ) {
        for (index, node) in tree.nodes.enumerated() {
            let column = values + Int(node.feature) * EnsembleScorer.blockRowCount
            let bits = scratch.decisions(of: index)
            guard node.categorySet >= 0 else {
                martlet_decision_bits(
                    column, (rowCount + 7) & ~7, node.threshold, node.missingGoesLeft ? 1 : 0,
                    bits)
                continue
            }
            let set = tree.categorySets[Int(node.categorySet)]
            bits.update(repeating: 0, count: ExplanationScratch.rowByteCount)
            for row in 0..<rowCount {
                let code = Int(column[row])
                guard code >> 6 < set.count else { continue }
                bits[row >> 3] |= UInt8((set[code >> 6] >> UInt64(code & 63)) & 1) << UInt8(row & 7)
            }
        }
    }
}
