import CKernels

/// The arrays of `martlet_blend_program` in the making.
struct BlendProgram {
    private(set) var trees: [martlet_blend_tree] = []
    private(set) var runs: [martlet_blend_run] = []
    private(set) var nodes: [martlet_blend_node] = []
    private(set) var decisions: [martlet_blend_decision] = []
    private(set) var leaves: [Double] = []
    private(set) var planes: [UInt8] = []

    /// Decisions of the run that was begun last.
    var decisionCount: Int { Int(runs.last?.decision_count ?? 0) }

    /// - Parameter leafValues: 1 to 256.
    mutating func beginTree(leafValues: [Double], output: Int) {
        let planeBytes = Int(MARTLET_PLANE_LEAVES) * 8
        let hasPlanes = leafValues.count <= Int(MARTLET_PLANE_LEAVES)
        trees.append(
            martlet_blend_tree(
                run_start: UInt32(runs.count), run_count: 0, node_start: UInt32(nodes.count),
                decision_start: UInt32(decisions.count), leaf_start: UInt32(leaves.count),
                leaf_count: UInt32(leafValues.count),
                plane: hasPlanes ? UInt32(planes.count / planeBytes) : MARTLET_NO_PLANES,
                output: UInt32(output)))
        leaves += leafValues
        guard hasPlanes else { return }
        for byte in 0..<8 {
            for value in leafValues {
                planes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(byte * 8)))
            }
            planes += [UInt8](
                repeating: 0, count: Int(MARTLET_PLANE_LEAVES) - leafValues.count)
        }
    }

    /// - Parameter row: the value row that keeps what the accumulator holds.
    mutating func beginRun(leaf: UInt8, row: UInt8) {
        trees[trees.count - 1].run_count += 1
        runs.append(martlet_blend_run(node_count: 0, decision_count: 0, leaf: leaf, row: row))
    }

    /// Appends a node to the last run.
    mutating func append(_ node: martlet_blend_node) {
        runs[runs.count - 1].node_count += 1
        nodes.append(node)
    }

    /// Appends a decision that the last run makes before its nodes.
    mutating func append(_ decision: martlet_blend_decision) {
        runs[runs.count - 1].decision_count += 1
        decisions.append(decision)
    }
}
