import CKernels
import Models

/// One tree as a depth-first walk over the paths to its leaves, for `EnsembleExplainer`.
///
/// A path holds each feature once: a second split on the same feature narrows its element.
struct PathProgram: Sendable {
    enum Step: Sendable {
        /// Element `slot` becomes the decision of a node: its left side, or its right one.
        case enter(node: Int32, isLeft: Bool, slot: Int32)
        /// Element `slot` is saved, then narrowed by the decision of a node.
        case narrow(node: Int32, isLeft: Bool, slot: Int32)
        /// Takes the last `narrow` back.
        case restore(slot: Int32)
        /// The path, of `count` elements, has come to a leaf.
        case leaf(Int32, count: Int32)
        /// The path has come to a node of two leaves, whose feature it does not hold.
        case pair(node: Int32, count: Int32)
    }

    let tree: Tree
    let steps: [Step]
    /// (nodes) the share of the training rows of a node that go left, in (0, 1).
    let leftShares: [Double]
    /// Features of the longest path.
    let elementCountMax: Int
    /// Elements that are saved at the same time, at most.
    let savedCountMax: Int
    /// The mean of the leaf values over the training rows.
    let expectedValue: Double

    /// A share of 0 would make the leaves behind it unreachable; nothing noticeable is not 0.
    private static let shareMin = 0x1p-40

    /// - Parameter joinsLeaves: whether two leaves of one node become one `pair`.
    /// - Throws: `incompatible` when the tree does not say how many training rows its leaves have.
    init(_ tree: Tree, joinsLeaves: Bool) throws(ModelError) {
        self.tree = tree
        leftShares = try Self.leftShares(of: tree)
        var builder = Builder(tree: tree, joinsLeaves: joinsLeaves)
        builder.build()
        steps = builder.steps
        elementCountMax = builder.elementCountMax
        savedCountMax = builder.savedCountMax
        expectedValue = Self.expectedValue(of: tree, leftShares)
    }

    private static func leftShares(of tree: Tree) throws(ModelError) -> [Double] {
        var rows = [Double](repeating: 0, count: tree.nodes.count)
        var shares = rows
        func count(_ child: Int32) -> Double {
            child >= 0 ? rows[Int(child)] : Double(tree.leafRowCounts[Int(~child)])
        }
        for (index, node) in tree.nodes.enumerated().reversed() {
            let left = count(node.left)
            let all = left + count(node.right)
            rows[index] = all
            let share = all > 0 ? left / all : 0.5
            shares[index] = min(max(share, shareMin), 1 - shareMin)
        }
        guard let root = rows.first, root == 0 else { return shares }
        throw ModelError(
            .incompatible,
            "The model does not record how many training rows reached its leaves, and "
                + "contributions are measured from there.")
    }

    private static func expectedValue(of tree: Tree, _ leftShares: [Double]) -> Double {
        guard !tree.nodes.isEmpty else { return tree.leafValues.first ?? 0 }
        var means = [Double](repeating: 0, count: tree.nodes.count)
        func mean(_ child: Int32) -> Double {
            child >= 0 ? means[Int(child)] : tree.leafValues[Int(~child)]
        }
        for (index, node) in tree.nodes.enumerated().reversed() {
            let share = leftShares[index]
            means[index] = share * mean(node.left) + (1 - share) * mean(node.right)
        }
        return means[0]
    }
}

extension PathProgram {
    /// Walks a tree with a stack of its own: a tree can be as deep as it has nodes.
    private struct Builder {
        let tree: Tree
        let joinsLeaves: Bool
        var steps: [Step] = []
        var elementCountMax = 0
        var savedCountMax = 0

        private struct Frame {
            let node: Int32
            /// The element of the node's feature.
            let slot: Int32
            let isNarrowing: Bool
            /// Elements above the node.
            let count: Int32
            var visitedCount = 0
        }

        private var frames: [Frame] = []
        private var slots: [Int32: Int32] = [:]
        private var savedCount = 0

        init(tree: Tree, joinsLeaves: Bool) {
            self.tree = tree
            self.joinsLeaves = joinsLeaves
        }

        mutating func build() {
            if !tree.nodes.isEmpty { visit(0, count: 0) }
            while let frame = frames.last {
                let node = tree.nodes[Int(frame.node)]
                if frame.isNarrowing, frame.visitedCount > 0 {
                    steps.append(.restore(slot: frame.slot))
                    savedCount -= 1
                }
                guard frame.visitedCount < 2 else {
                    if !frame.isNarrowing { slots[node.feature] = nil }
                    frames.removeLast()
                    continue
                }
                frames[frames.count - 1].visitedCount += 1
                let isLeft = frame.visitedCount == 0
                if frame.isNarrowing {
                    steps.append(.narrow(node: frame.node, isLeft: isLeft, slot: frame.slot))
                    savedCount += 1
                    savedCountMax = max(savedCountMax, savedCount)
                } else {
                    steps.append(.enter(node: frame.node, isLeft: isLeft, slot: frame.slot))
                }
                let count = frame.count + (frame.isNarrowing ? 0 : 1)
                elementCountMax = max(elementCountMax, Int(count))
                visit(isLeft ? node.left : node.right, count: count)
            }
        }

        private mutating func visit(_ child: Int32, count: Int32) {
            guard child >= 0 else {
                steps.append(.leaf(~child, count: count))
                return
            }
            let node = tree.nodes[Int(child)]
            let slot = slots[node.feature]
            if joinsLeaves, node.left < 0, node.right < 0, slot == nil {
                elementCountMax = max(elementCountMax, Int(count) + 1)
                steps.append(.pair(node: child, count: count))
                return
            }
            if slot == nil { slots[node.feature] = count }
            frames.append(
                Frame(node: child, slot: slot ?? count, isNarrowing: slot != nil, count: count))
        }
    }
}
