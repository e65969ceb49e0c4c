import CKernels
import Columns
import Models

/// A tree that rows are walked down, eight side by side: one of more leaves than a byte can number,
/// or any when it is the leaf that is asked for.
struct WalkedTree: Sendable {
    let output: Int
    private let nodes: ColumnBuffer<martlet_walk_node>
    private let words: ColumnBuffer<UInt64>
    private let leafValues: ColumnBuffer<Double>
    private let hasSets: Bool

    /// - Precondition: the tree fits the features (`ModelArtifact.validate`).
    init(_ tree: Tree, output: Int) {
        self.output = output
        // Every set ends with a word of no codes, where codes past its end are looked up.
        var words: [UInt64] = [0]
        let starts = tree.categorySets.map { set in
            defer { words += set + [0] }
            return words.count
        }
        nodes = ColumnBuffer(
            tree.nodes.map { node in
                let set = Int(node.categorySet)
                return martlet_walk_node(
                    threshold: node.threshold,
                    column: UInt32(Int(node.feature) * EnsembleScorer.blockRowCount),
                    child: (node.left, node.right),
                    set_start: set < 0 ? 0 : UInt32(starts[set]),
                    set_word_count: set < 0 ? 0 : UInt32(tree.categorySets[set].count),
                    is_set: set < 0 ? 0 : 1, missing_goes_right: node.missingGoesLeft ? 0 : 1)
            })
        hasSets = tree.nodes.contains { $0.categorySet >= 0 }
        leafValues = ColumnBuffer(tree.leafValues)
        self.words = ColumnBuffer(words)
    }

    /// Finds the leaves of a block of rows.
    /// - Parameters:
    ///   - values: (features × `EnsembleScorer.blockRowCount`), feature by feature.
    ///   - leaves: (`EnsembleScorer.blockRowCount`), of which `rowCount` are meaningful.
    /// - Complexity: O(`rowCount` · depth). Twin: `Tree.leafIndex`.
    func findLeaves(
        values: UnsafePointer<Double>, rowCount: Int, into leaves: UnsafeMutablePointer<Int32>
    ) {
        precondition(rowCount <= EnsembleScorer.blockRowCount)
        guard nodes.count > 0 else {
            leaves.update(repeating: 0, count: rowCount)
            return
        }
        martlet_walk_tree(
            nodes.elements.baseAddress, words.elements.baseAddress, hasSets ? 1 : 0, values,
            (rowCount + 7) & ~7, leaves)
    }

    /// Adds the leaf values of a block of rows.
    /// - Parameters:
    ///   - leaves: as for `findLeaves`.
    ///   - sums: (at least `rowCount`), added to.
    func add(
        values: UnsafePointer<Double>, rowCount: Int, leaves: UnsafeMutablePointer<Int32>,
        to sums: UnsafeMutablePointer<Double>
    ) {
        findLeaves(values: values, rowCount: rowCount, into: leaves)
        let leafValues = leafValues.elements
        for row in 0..<rowCount { sums[row] += leafValues[Int(leaves[row])] }
    }
}
