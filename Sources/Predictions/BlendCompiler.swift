import CKernels
import Models

/// Translates trees into the steps of `martlet_blend_trees`.
///
/// The kernel is a machine with one accumulator, a leaf number for each row, and a stack. A tree is
/// climbed from a node of two leaves to the root: each node on the way chooses between the
/// accumulator and its other child, which is a leaf, or is computed on the spot if it is a node of
/// two leaves, or lies on the stack. It is always the right child that goes onto the stack, so that
/// no step needs another way of comparing.
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
    /// Rows of the stack that the largest tree needs.
    private(set) var stackRowCount = 1
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
        climb(to: 0, of: tree, keptCount: 0)
    }

    /// Appends what brings the leaf numbers of a node into the accumulator.
    /// - Parameter keptCount: rows that other nodes still need, the accumulator's own included.
    private mutating func climb(to index: Int, of tree: Tree, keptCount: Int) {
        let node = tree.nodes[index]
        let (left, right) = (Int(node.left), Int(node.right))
        switch (Self.isPair(left, of: tree), Self.isPair(right, of: tree)) {
        case _ where left < 0 && right < 0:
            stackRowCount = max(stackRowCount, keptCount)
            append(node, tree, kind: keptCount > 0 ? MARTLET_BLEND_PUSH : 0)
        case _ where right < 0:
            climb(to: left, of: tree, keptCount: keptCount)
            append(node, tree, kind: 0)
        case _ where left < 0:
            climb(to: right, of: tree, keptCount: keptCount)
            append(node, tree, kind: 0)
        case (_, true):
            climb(to: left, of: tree, keptCount: keptCount)
            append(node, tree, kind: MARTLET_BLEND_PAIR, pair: tree.nodes[right])
        case (true, false):
            climb(to: right, of: tree, keptCount: keptCount)
            append(
                node, tree, kind: MARTLET_BLEND_PAIR | MARTLET_BLEND_MIRROR,
                pair: tree.nodes[left])
        case (false, false):
            climb(to: right, of: tree, keptCount: keptCount)
            climb(to: left, of: tree, keptCount: keptCount + 1)
            append(node, tree, kind: MARTLET_BLEND_POP)
        }
    }

    private static func isPair(_ child: Int, of tree: Tree) -> Bool {
        child >= 0 && tree.nodes[child].left < 0 && tree.nodes[child].right < 0
    }

    private mutating func append(
        _ node: Tree.Node, _ tree: Tree, kind: Int, pair: Tree.Node? = nil
    ) {
        let decision = decision(node, tree, place: 0)
        let pairDecision = pair.map { ($0, self.decision($0, tree, place: 1)) }
        program.append(Self.step(node, decision, kind: kind))
        if let (pair, decision) = pairDecision {
            program.append(Self.step(pair, decision, kind: 0))
        }
    }

    private static func step(
        _ node: Tree.Node, _ decision: (column: UInt32, threshold: UInt8), kind: Int
    ) -> martlet_blend_step {
        func leaf(_ child: Int32) -> UInt8 { child < 0 ? UInt8(~child) : 0 }
        let kind =
            kind | (node.left < 0 ? MARTLET_BLEND_LEFT_LEAF : 0)
            | (node.right < 0 ? MARTLET_BLEND_RIGHT_LEAF : 0)
        return martlet_blend_step(
            column: decision.column, threshold: decision.threshold, kind: UInt8(kind),
            left: leaf(node.left), right: leaf(node.right))
    }

    /// The column and threshold that decide a node; the decisions of a wide or categorical node
    /// are a column of their own, which only this step reads.
    /// - Parameter place: 1 for the second node of a step.
    private mutating func decision(
        _ node: Tree.Node, _ tree: Tree, place: Int
    ) -> (column: UInt32, threshold: UInt8) {
        guard let bins = bins[Int(node.feature)] else {
            preconditionFailure("feature \(node.feature) was not binned")
        }
        let column = UInt32((node.missingGoesLeft ? bins.leftRow : bins.rightRow) ?? 0)
        let threshold = bins.index(of: node.threshold) + (node.missingGoesLeft ? 1 : 0)
        if !bins.isCategorical, !bins.isWide { return (column, UInt8(threshold)) }
        var decision = martlet_blend_decision()
        decision.target = UInt32(decisionRow + place)
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
