/// A leaf of a tree that is still growing.
struct GrowingLeaf: Sendable {
    var rows: NodeRows
    var sums: NodeSums
    var depth: Int
    /// L2 regularisation of its value, from the split that made it.
    var valueL2: Double
    /// Present while the leaf may still be split.
    var histogram: Histogram?
    var split: SplitInfo?
}
