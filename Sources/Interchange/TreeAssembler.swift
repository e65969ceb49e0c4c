import Models

/// Puts a tree whose nodes and leaves share one numbering, in any order, into the order of `Tree`:
/// the root first, each node before its children.
struct TreeAssembler {
    /// What stands under one number.
    enum Element {
        /// An inner node; its `left` and `right` are numbers of the source.
        case node(Tree.Node)
        case leaf(value: Double, rowCount: Int64)
    }

    /// - Parameters:
    ///   - count: numbers of the source; the root is `root`.
    ///   - element: what stands under a number; called once for each that is reached.
    /// - Throws: `outOfSpec` when a child is none, or has two parents; what `element` throws.
    static func assemble(
        root: Int, count: Int, categorySets: [[UInt64]] = [],
        element: (Int) throws(InterchangeError) -> Element
    ) throws(InterchangeError) -> Tree {
        var isTaken = [Bool](repeating: false, count: count)
        var tree = Tree(
            nodes: [], leafValues: [], leafRowCounts: [], categorySets: categorySets)
        // A source number, and the child of which node of the result it is.
        var pending: [(source: Int, parent: Int, isLeft: Bool)] = [(root, -1, false)]
        while let next = pending.popLast() {
            guard isTaken.indices.contains(next.source), !isTaken[next.source] else {
                throw InterchangeError(
                    .outOfSpec, "node \(next.source) does not exist, or has two parents")
            }
            isTaken[next.source] = true
            let child: Int32
            switch try element(next.source) {
            case .leaf(let value, let rowCount):
                child = ~Int32(tree.leafValues.count)
                tree.leafValues.append(value)
                tree.leafRowCounts.append(rowCount)
            case .node(let node):
                child = Int32(tree.nodes.count)
                pending.append((Int(node.right), tree.nodes.count, false))
                pending.append((Int(node.left), tree.nodes.count, true))
                tree.nodes.append(node)
            }
            if next.parent >= 0 {
                if next.isLeft {
                    tree.nodes[next.parent].left = child
                } else {
                    tree.nodes[next.parent].right = child
                }
            }
        }
        return tree
    }
}
