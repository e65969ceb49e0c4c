/// One decision tree: internal nodes, leaves, and the category sets of its categorical splits.
///
/// Children are written as indices: `>= 0` is a node of this tree, `< 0` is the leaf `~child`.
/// A tree without nodes is a single leaf.
package struct Tree: Hashable, Sendable {
    /// An internal node.
    package struct Node: Hashable, Sendable {
        /// Index into the model's `FeatureSchema.features`.
        package var feature: Int32
        /// Numerical split: a value goes left when `value <= threshold`. Unused otherwise.
        package var threshold: Double
        /// Categorical split: index into `categorySets`; a code goes left when its bit is set.
        /// -1 for a numerical split.
        package var categorySet: Int32
        /// Numerical split: where a missing value (NaN) goes. (Missing categories have a code.)
        package var missingGoesLeft: Bool
        package var left: Int32
        package var right: Int32
        /// Loss reduction of this split.
        package var gain: Float
        /// Training rows that reached this node.
        package var rowCount: Int64

        package init(
            feature: Int32, threshold: Double, categorySet: Int32, missingGoesLeft: Bool,
            left: Int32, right: Int32, gain: Float, rowCount: Int64
        ) {
            self.feature = feature
            self.threshold = threshold
            self.categorySet = categorySet
            self.missingGoesLeft = missingGoesLeft
            self.left = left
            self.right = right
            self.gain = gain
            self.rowCount = rowCount
        }
    }

    /// The root first, each node before its children.
    package var nodes: [Node]
    /// (nodes.count + 1) raw scores, shrinkage included.
    package var leafValues: [Double]
    /// (nodes.count + 1) training rows of each leaf.
    package var leafRowCounts: [Int64]
    /// Bit `code & 63` of word `code >> 6`; codes past the end are not in the set.
    package var categorySets: [[UInt64]]

    package init(
        nodes: [Node], leafValues: [Double], leafRowCounts: [Int64], categorySets: [[UInt64]] = []
    ) {
        self.nodes = nodes
        self.leafValues = leafValues
        self.leafRowCounts = leafRowCounts
        self.categorySets = categorySets
    }

    /// The index of the leaf that a row falls into.
    /// - Parameter value: the row's encoded value of a feature: a number, NaN when missing, or a
    ///   category code as a double.
    /// - Complexity: O(depth).
    package func leafIndex(value: (_ feature: Int) -> Double) -> Int {
        var child: Int32 = nodes.isEmpty ? -1 : 0
        while child >= 0 {
            let node = nodes[Int(child)]
            let x = value(Int(node.feature))
            let goesLeft: Bool
            if node.categorySet >= 0 {
                let set = categorySets[Int(node.categorySet)]
                let code = Int(x)
                goesLeft = code >> 6 < set.count && (set[code >> 6] >> UInt64(code & 63)) & 1 == 1
            } else {
                goesLeft = x.isNaN ? node.missingGoesLeft : x <= node.threshold
            }
            child = goesLeft ? node.left : node.right
        }
        return Int(~child)
    }
}
