import Models

/// A tree's splits with the rows and sums of its leaves; the leaves have no values yet.
struct GrownTree: Sendable {
    /// An internal node; children as in `Tree.Node`.
    struct Node: Sendable {
        var split: SplitInfo
        var rule: CodeRule
        var left: Int32
        var right: Int32
        var rowCount: Int
    }

    /// The root first, each node before its children.
    var nodes: [Node] = []
    /// (nodes.count + 1)
    var leaves: [GrowingLeaf]
}
