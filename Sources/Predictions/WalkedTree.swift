import Models

/// A tree that is scored row by row: more leaves than a byte can number, or features with more
/// thresholds or categories than 16 bits can.
struct WalkedTree: Sendable {
    /// A node with everything that a step down needs.
    private struct Node: Sendable {
        var threshold: Double
        var feature: Int32
        /// First word of the category set in `words`, or -1.
        var setStart: Int32
        var setWordCount: Int32
        var left: Int32
        var right: Int32
        var missingGoesLeft: Bool
    }

    let output: Int
    private let nodes: [Node]
    private let leafValues: [Double]
    private let words: [UInt64]

    init(_ tree: Tree, output: Int) {
        self.output = output
        var words: [UInt64] = []
        let starts = tree.categorySets.map { set in
            defer { words += set }
            return Int32(words.count)
        }
        nodes = tree.nodes.map { node in
            let set = Int(node.categorySet)
            return Node(
                threshold: node.threshold, feature: node.feature,
                setStart: set < 0 ? -1 : starts[set],
                setWordCount: set < 0 ? 0 : Int32(tree.categorySets[set].count),
                left: node.left, right: node.right, missingGoesLeft: node.missingGoesLeft)
        }
        leafValues = tree.leafValues
        self.words = words
    }

    /// Adds the leaf values of a block of rows.
    /// - Parameters:
    ///   - values: (features × `EnsembleScorer.blockRowCount`), feature by feature.
    ///   - sums: (at least `rowCount`), added to.
    func add(
        values: UnsafePointer<Double>, rowCount: Int, to sums: UnsafeMutablePointer<Double>
    ) {
        nodes.withUnsafeBufferPointer { nodes in
            leafValues.withUnsafeBufferPointer { leafValues in
                words.withUnsafeBufferPointer { words in
                    for row in 0..<rowCount {
                        var child: Int32 = nodes.isEmpty ? -1 : 0
                        while child >= 0 {
                            let node = nodes[Int(child)]
                            let start = Int(node.feature) * EnsembleScorer.blockRowCount
                            let goesLeft = Self.goesLeft(
                                node, (values + start)[row], words)
                            child = goesLeft ? node.left : node.right
                        }
                        sums[row] += leafValues[Int(~child)]
                    }
                }
            }
        }
    }

    private static func goesLeft(
        _ node: Node, _ value: Double, _ words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        if node.setStart >= 0 {
            let code = Int(value)
            guard code >> 6 < Int(node.setWordCount) else { return false }
            return (words[Int(node.setStart) + code >> 6] >> UInt64(code & 63)) & 1 == 1
        }
        return value <= node.threshold || (value.isNaN && node.missingGoesLeft)
    }
}
