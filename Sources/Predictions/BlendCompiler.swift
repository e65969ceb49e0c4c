import CKernels
import Models

/// Translates trees into the steps of `martlet_blend_trees`.
///
/// A tree is covered from the root down by steps of three nodes (a node and its two inner
/// children) or one. Steps run from the leaves up; each writes a row of leaf numbers, and inputs
/// that need many rows are computed first, so that few rows are alive at a time (Sethi and Ullman
/// 1970).
struct BlendCompiler {
    /// Leaf numbers are bytes.
    static let leafCountMax = 256
    /// Rows at the start of the column buffer that wide and categorical decisions are written to:
    /// one for each node of a step.
    static let decisionRowCount = 3
    /// Codes of a categorical feature must fit into 16 bits.
    static let codeCountMax = 1 << 16

    private var bins: [Int: FeatureBins] = [:]
    private let features: FeatureSchema
    private(set) var operations: [martlet_blend_op] = []
    private(set) var trees: [martlet_blend_tree] = []
    private(set) var leaves: [Double] = []
    private(set) var sets: [UInt8] = []
    /// Value rows that the largest tree needs.
    private(set) var valueRowCount = 1

    private var freeRows: [UInt16] = []
    private var rowCount: UInt16 = 0

    init(features: FeatureSchema) { self.features = features }

    /// - Parameter bins: the features that the next trees use.
    mutating func use(_ bins: [FeatureBins]) {
        self.bins = Dictionary(uniqueKeysWithValues: bins.map { ($0.feature, $0) })
    }

    /// - Precondition: at most `leafCountMax` leaves.
    mutating func append(_ tree: Tree, output: Int) {
        precondition(tree.leafValues.count <= Self.leafCountMax)
        let start = operations.count
        freeRows = []
        rowCount = 0
        let needs = Self.rowNeeds(tree)
        let root: UInt16 = tree.nodes.isEmpty ? 0 : emit(0, tree, needs)
        trees.append(
            martlet_blend_tree(
                op_start: UInt32(start), op_count: UInt32(operations.count - start),
                leaf_start: UInt32(leaves.count), output: UInt32(output), root: UInt32(root)))
        leaves += tree.leafValues
        valueRowCount = max(valueRowCount, Int(rowCount))
    }

    /// What the step that starts at a node reads: two inputs, or four when both children are
    /// inner nodes.
    private static func inputs(_ node: Tree.Node, _ tree: Tree) -> [Int32] {
        guard node.left >= 0, node.right >= 0 else { return [node.left, node.right] }
        let left = tree.nodes[Int(node.left)]
        let right = tree.nodes[Int(node.right)]
        return [left.left, left.right, right.left, right.right]
    }

    /// Value rows that computing each node takes.
    private static func rowNeeds(_ tree: Tree) -> [Int] {
        var needs = [Int](repeating: 1, count: tree.nodes.count)
        for index in tree.nodes.indices.reversed() {
            let inner = inputs(tree.nodes[index], tree).filter { $0 >= 0 }
            let sorted = inner.map { needs[Int($0)] }.sorted(by: >)
            for (held, need) in sorted.enumerated() {
                needs[index] = max(needs[index], held + need)
            }
        }
        return needs
    }

    /// Emits the steps below a child and returns where its leaf numbers are: a value row, or a
    /// leaf's number.
    private mutating func emit(_ child: Int32, _ tree: Tree, _ needs: [Int]) -> UInt16 {
        if child < 0 { return UInt16(MARTLET_BLEND_LEAF) | UInt16(~child) }
        let node = tree.nodes[Int(child)]
        let children = Self.inputs(node, tree)
        let order = children.indices.sorted { a, b in
            let needA = children[a] < 0 ? 0 : needs[Int(children[a])]
            let needB = children[b] < 0 ? 0 : needs[Int(children[b])]
            return needA != needB ? needA > needB : a < b
        }
        var inputs: [UInt16] = [0, 0, 0, 0]
        for position in order { inputs[position] = emit(children[position], tree, needs) }
        let rows = inputs[..<children.count].filter { $0 < UInt16(MARTLET_BLEND_LEAF) }
        freeRows += rows
        var operation = martlet_blend_op()
        operation.input = (inputs[0], inputs[1], inputs[2], inputs[3])
        if let row = freeRows.popLast() {
            operation.target = row
        } else {
            operation.target = rowCount
            rowCount += 1
        }
        let first = decision(node, tree, row: 0)
        operation.column.0 = first.column
        operation.threshold.0 = first.threshold
        if children.count == 4 {
            let left = decision(tree.nodes[Int(node.left)], tree, row: 1)
            let right = decision(tree.nodes[Int(node.right)], tree, row: 2)
            operation.column.1 = left.column
            operation.column.2 = right.column
            operation.threshold.1 = left.threshold
            operation.threshold.2 = right.threshold
            operation.kind = UInt8(
                rows.isEmpty ? MARTLET_BLEND_LEAVES : MARTLET_BLEND_THREE)
        } else {
            operation.kind = UInt8(MARTLET_BLEND_ONE)
        }
        operations.append(operation)
        return operation.target
    }

    /// The column and threshold that decide a node; a wide or categorical node first writes its
    /// decisions, 0 or 1, to `row`.
    private mutating func decision(
        _ node: Tree.Node, _ tree: Tree, row: Int
    ) -> (column: UInt32, threshold: UInt8) {
        guard let bins = bins[Int(node.feature)] else {
            preconditionFailure("feature \(node.feature) was not binned")
        }
        var step = martlet_blend_op()
        step.target = UInt16(row)
        if bins.isCategorical {
            step.column.0 = UInt32(bins.rightRow ?? 0)
            step.kind = UInt8(bins.isWide ? MARTLET_BLEND_WIDE_SET : MARTLET_BLEND_SET)
            step.offset = UInt32(sets.count)
            appendSet(node, tree)
            operations.append(step)
            return (UInt32(row), 0)
        }
        let column = UInt32((node.missingGoesLeft ? bins.leftRow : bins.rightRow) ?? 0)
        let threshold = bins.index(of: node.threshold) + (node.missingGoesLeft ? 1 : 0)
        if !bins.isWide { return (column, UInt8(threshold)) }
        step.column.0 = column
        step.kind = UInt8(MARTLET_BLEND_WIDE)
        step.wide_threshold = UInt16(threshold)
        operations.append(step)
        return (UInt32(row), 0)
    }

    /// Appends a bit for each code of the node's feature: 1 when the code goes right.
    private mutating func appendSet(_ node: Tree.Node, _ tree: Tree) {
        let codeCount = features.codeCount(ofColumn: Int(node.feature))
        // The kernel reads 256 bits of any set of 8-bit codes.
        var bytes = [UInt8](repeating: 0, count: max((codeCount + 7) / 8, 32))
        for code in 0..<codeCount {
            let goesLeft: Bool
            if node.categorySet >= 0 {
                let set = tree.categorySets[Int(node.categorySet)]
                goesLeft =
                    code >> 6 < set.count && (set[code >> 6] >> UInt64(code & 63)) & 1 == 1
            } else {
                goesLeft = Double(code) <= node.threshold
            }
            if !goesLeft { bytes[code >> 3] |= 1 << UInt8(code & 7) }
        }
        sets += bytes
    }
}
