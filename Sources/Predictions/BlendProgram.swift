import CKernels

/// The arrays of `martlet_blend_program` in the making.
struct BlendProgram {
    private(set) var trees: [martlet_blend_tree] = []
    private(set) var steps: [martlet_blend_step] = []
    private(set) var decisions: [martlet_blend_decision] = []
    private(set) var leaves: [Double] = []
    private(set) var planes: [UInt16] = []

    /// - Parameter leafValues: 1 to 256.
    mutating func beginTree(leafValues: [Double], output: Int) {
        let planeCount = Int(MARTLET_PLANE_LEAVES) * 4
        let hasPlanes = leafValues.count <= Int(MARTLET_PLANE_LEAVES)
        trees.append(
            martlet_blend_tree(
                step_start: UInt32(steps.count), step_count: 0, leaf_start: UInt32(leaves.count),
                leaf_count: UInt32(leafValues.count),
                plane: hasPlanes ? UInt32(planes.count / planeCount) : MARTLET_NO_PLANES,
                output: UInt32(output)))
        leaves += leafValues
        guard hasPlanes else { return }
        for word in 0..<4 {
            for value in leafValues {
                planes.append(UInt16(truncatingIfNeeded: value.bitPattern >> UInt64(word * 16)))
            }
            planes += [UInt16](
                repeating: 0, count: Int(MARTLET_PLANE_LEAVES) - leafValues.count)
        }
    }

    /// Appends a step to the last tree.
    mutating func append(_ step: martlet_blend_step) {
        trees[trees.count - 1].step_count += 1
        steps.append(step)
    }

    /// Appends a decision to the last tree, and the step that makes it.
    mutating func append(_ decision: martlet_blend_decision) {
        append(
            martlet_blend_step(
                column: UInt32(decisions.count), threshold: 0, kind: UInt8(MARTLET_BLEND_DECIDE),
                left: 0, right: 0))
        decisions.append(decision)
    }
}
