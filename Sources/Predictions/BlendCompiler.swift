import CKernels
import Models

/// Translates trees into the runs of `martlet_blend_trees`.
///
/// The kernel is a machine with one accumulator, a leaf number for each row. A tree is climbed from
/// a leaf to the root: each node on the way chooses between the accumulator and its other child, a
/// leaf or a row that an earlier run left. Of two inner children the one that needs more rows is
/// computed first, so that few rows are kept at a time (Sethi and Ullman 1970).
struct BlendCompiler {
    /// Leaf numbers are bytes.
    static let leafCountMax = 256
    /// Codes of a categorical feature must fit into 16 bits.
    static let codeCountMax = 1 << 16

    private var bins: [Int: FeatureBins] = [:]
    private let features: FeatureSchema
    /// The first row of the column buffer behind the binned features.
    private var decisionRow = 0
    private(set) var program = BlendProgram()
    private(set) var sets: [UInt8] = []
    /// Value rows that the largest tree needs; what is kept first goes to row 1.
    private(set) var valueRowCount = 1
    /// Rows of the column buffer, binned features included.
    private(set) var columnRowCount = 0

    init(features: FeatureSchema) { self.features = features }

    /// - Parameters:
    ///   - bins: the features that the next trees use.
    ///   - rowCount: rows of the column buffer that they take.
    mutating func use(_ bins: [FeatureBins], rowCount: Int) {
        self.bins = Dictionary(uniqueKeysWithValues: bins.map { ($0.feature, $0) })
        decisionRow = rowCount
        columnRowCount = max(columnRowCount, rowCount)
    }

    /// - Precondition: at most `leafCountMax` leaves.
    mutating func append(_ tree: Tree, output: Int) {
        precondition(tree.leafValues.count <= Self.leafCountMax)
        program.beginTree(leafValues: tree.leafValues, output: output)
        guard !tree.nodes.isEmpty else { return }
        climb(to: 0, of: tree, keptCount: 0, needs: Self.rowNeeds(tree))
    }

    /// Value rows that computing each node takes, its own result not counted.
    private static func rowNeeds(_ tree: Tree) -> [Int] {
        var needs = [Int](repeating: 0, count: tree.nodes.count)
        for index in tree.nodes.indices.reversed() {
            let node = tree.nodes[index]
            let left = node.left < 0 ? 0 : needs[Int(node.left)]
            let right = node.right < 0 ? 0 : needs[Int(node.right)]
            let areBothInner = node.left >= 0 && node.right >= 0
            needs[index] = max(left, right, areBothInner ? min(left, right) + 1 : 0)
        }
        return needs
    }

    /// Appends what brings the leaf numbers of a node into the accumulator.
    /// - Parameter keptCount: value rows that hold what other nodes still need.
    private mutating func climb(
        to index: Int, of tree: Tree, keptCount: Int, needs: [Int]
    ) {
        let node = tree.nodes[index]
        let input: UInt16
        let isRight: Bool
        switch (node.left >= 0, node.right >= 0) {
        case (false, false):
            // What the accumulator held goes to the last kept row; before the first, to row 0.
            program.beginRun(leaf: UInt8(~node.left), row: UInt8(keptCount))
            input = UInt16(MARTLET_BLEND_LEAF) | UInt16(~node.right)
            isRight = false
        case (true, false):
            climb(to: Int(node.left), of: tree, keptCount: keptCount, needs: needs)
            input = UInt16(MARTLET_BLEND_LEAF) | UInt16(~node.right)
            isRight = false
        case (false, true):
            climb(to: Int(node.right), of: tree, keptCount: keptCount, needs: needs)
            input = UInt16(MARTLET_BLEND_LEAF) | UInt16(~node.left)
            isRight = true
        case (true, true):
            isRight = needs[Int(node.left)] >= needs[Int(node.right)]
            let (first, second) =
                isRight ? (node.left, node.right) : (node.right, node.left)
            climb(to: Int(first), of: tree, keptCount: keptCount, needs: needs)
            climb(to: Int(second), of: tree, keptCount: keptCount + 1, needs: needs)
            input = UInt16(keptCount + 1)
            valueRowCount = max(valueRowCount, keptCount + 2)
        }
        let decision = decision(node, tree)
        program.append(
            martlet_blend_node(
                column: decision.column, input: input, threshold: decision.threshold,
                flip: isRight ? 255 : 0))
    }

    /// The column and threshold that decide a node; the decisions of a wide or categorical node
    /// are a column of their own, which only this run reads.
    private mutating func decision(
        _ node: Tree.Node, _ tree: Tree
    ) -> (column: UInt32, threshold: UInt8) {
        guard let bins = bins[Int(node.feature)] else {
            preconditionFailure("feature \(node.feature) was not binned")
        }
        let column = UInt32((node.missingGoesLeft ? bins.leftRow : bins.rightRow) ?? 0)
        let threshold = bins.index(of: node.threshold) + (node.missingGoesLeft ? 1 : 0)
        if !bins.isCategorical, !bins.isWide { return (column, UInt8(threshold)) }
        var decision = martlet_blend_decision()
        decision.target = UInt32(decisionRow + program.decisionCount)
        if bins.isCategorical {
            decision.column = UInt32(bins.rightRow ?? 0)
            decision.kind = UInt16(bins.isWide ? MARTLET_BLEND_WIDE_SET : MARTLET_BLEND_SET)
            decision.offset = UInt32(sets.count)
            appendSet(node, tree)
        } else {
            decision.column = column
            decision.kind = UInt16(MARTLET_BLEND_WIDE)
            decision.wide_threshold = UInt16(threshold)
        }
        program.append(decision)
        columnRowCount = max(columnRowCount, Int(decision.target) + 1)
        return (decision.target, 0)
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
