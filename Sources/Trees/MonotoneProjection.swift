/// Brings leaf values that were found without regard to monotone constraints in line with them.
enum MonotoneProjection {
    /// From the root on, where the children of a monotone split overlap, all leaves of one are held
    /// below the middle of their means and all of the other above it.
    /// - Parameter values: (leaves)
    /// - Complexity: O(leaves × depth).
    static func apply(to values: inout [Double], of tree: GrownTree) {
        for node in tree.nodes where node.split.direction != 0 {
            let isRising = node.split.direction > 0
            let low = leaves(under: isRising ? node.left : node.right, of: tree)
            let high = leaves(under: isRising ? node.right : node.left, of: tree)
            let highest = low.reduce(-Double.infinity) { max($0, values[$1]) }
            let lowest = high.reduce(Double.infinity) { min($0, values[$1]) }
            guard highest > lowest else { continue }
            let middle = (mean(of: low, values, tree) + mean(of: high, values, tree)) / 2
            for leaf in low { values[leaf] = min(values[leaf], middle) }
            for leaf in high { values[leaf] = max(values[leaf], middle) }
        }
    }

    /// By the leaves' rows.
    private static func mean(
        of leaves: [Int], _ values: [Double], _ tree: GrownTree
    ) -> Double {
        var sum = 0.0
        var rowCount = 0
        for leaf in leaves {
            sum += values[leaf] * Double(tree.leaves[leaf].rows.count)
            rowCount += tree.leaves[leaf].rows.count
        }
        return sum / Double(max(1, rowCount))
    }

    private static func leaves(under child: Int32, of tree: GrownTree) -> [Int] {
        var leaves: [Int] = []
        var pending = [child]
        while let next = pending.popLast() {
            if next < 0 {
                leaves.append(Int(~next))
            } else {
                pending += [tree.nodes[Int(next)].right, tree.nodes[Int(next)].left]
            }
        }
        return leaves
    }
}
