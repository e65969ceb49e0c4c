/// A leaf of a tree that is still growing.
struct GrowingLeaf: Sendable {
    var rows: NodeRows
    var sums: NodeSums
    var depth: Int
    /// L2 regularisation of its value, from the split that made it.
    var valueL2: Double
    var limits = LeafLimits()
    /// 0 for the root; the children of the tree's `n`-th node are 2n + 1 and 2n + 2.
    var number = 0
    /// The features of the splits above it, ascending; empty without interaction constraints.
    var branchFeatures: [Int] = []
    /// Present while the leaf may still be split.
    var histogram: Histogram?
    var split: SplitInfo?
}
