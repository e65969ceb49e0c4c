import Binning
import Models
import Threads

/// A tree whose splits are rules on stored codes, to score binned rows with.
struct BinnedTree: Sendable {
    struct Node: Sendable {
        let rule: CodeRule
        let left: Int32
        let right: Int32
    }

    private let nodes: [Node]
    private let leafValues: [Double]

    /// Rows that go through the tree together: their numbers stay in the first-level cache.
    private static let blockRowCount = 4_096

    init(_ tree: GrownTree, leafValues: [Double]) {
        nodes = tree.nodes.map { Node(rule: $0.rule, left: $0.left, right: $0.right) }
        self.leafValues = leafValues
    }

    /// The same value for every row.
    init(constant: Double) {
        nodes = []
        leafValues = [constant]
    }

    /// - Throws: `invalidParameter` when a split cannot be expressed in the matrix's bins.
    init(_ tree: Tree, matrix: BinnedMatrix) throws(TreesError) {
        var nodes: [Node] = []
        for node in tree.nodes {
            let isLeft = try Self.binsOnTheLeft(of: node, tree, matrix)
            let rule = CodeRule(feature: Int(node.feature), isLeft: isLeft, layout: matrix.layout)
            nodes.append(Node(rule: rule, left: node.left, right: node.right))
        }
        self.nodes = nodes
        leafValues = tree.leafValues
    }

    /// Adds each row's leaf value to its score.
    /// - Parameters:
    ///   - rows: (count) rows of the matrix with 64 more that may be read, or nil for all.
    ///   - scores: (matrix.rowCount)
    func add(
        to scores: UnsafeMutablePointer<Double>, rows: UnsafeMutablePointer<UInt32>?, count: Int,
        of matrix: BinnedMatrix, pool: ThreadPool
    ) {
        let columns = nodes.map { RuledColumn(matrix: matrix, rule: $0.rule) }
        nonisolated(unsafe) let (scores, rows) = (scores, rows)
        pool.forEach(count: count, grain: Self.blockRowCount) { range, _ in
            let capacity = Self.blockRowCount + 64
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * capacity) { memory in
                guard let block = memory.baseAddress else { return }
                memory.initialize(repeating: 0)
                for (position, index) in range.enumerated() {
                    block[position] = rows.map { $0[index] } ?? UInt32(index)
                }
                route(
                    block, count: range.count, columns: columns, right: block + capacity,
                    scores: scores)
            }
        }
    }

    private func route(
        _ block: UnsafeMutablePointer<UInt32>, count: Int, columns: [RuledColumn],
        right: UnsafeMutablePointer<UInt32>, scores: UnsafeMutablePointer<Double>
    ) {
        var pending: [(child: Int32, start: Int, count: Int)] = [
            (nodes.isEmpty ? -1 : 0, 0, count)
        ]
        while let (child, start, count) = pending.popLast() {
            let rows = block + start
            guard child >= 0 else {
                let value = leafValues[Int(~child)]
                for position in 0..<count { scores[Int(rows[position])] += value }
                continue
            }
            let leftCount = columns[Int(child)].partition(
                rows, first: 0, count: count, left: rows, right: right)
            (rows + leftCount).update(from: right, count: count - leftCount)
            let node = nodes[Int(child)]
            if leftCount > 0 { pending.append((node.left, start, leftCount)) }
            if count > leftCount {
                pending.append((node.right, start + leftCount, count - leftCount))
            }
        }
    }

    private static func binsOnTheLeft(
        of node: Tree.Node, _ tree: Tree, _ matrix: BinnedMatrix
    ) throws(TreesError) -> [Bool] {
        let feature = Int(node.feature)
        guard matrix.features.indices.contains(feature),
            matrix.layout.columnOfFeature[feature] != nil
        else { throw mismatch(feature) }
        let bins = matrix.features[feature]
        var isLeft = [Bool](repeating: false, count: bins.binCount)
        switch bins {
        case .numeric(let edges) where node.categorySet < 0:
            let last =
                node.threshold == .infinity
                ? edges.upperBounds.count : edges.upperBounds.firstIndex(of: node.threshold)
            guard let last else { throw mismatch(feature) }
            for bin in 0...last { isLeft[bin] = true }
            if edges.hasMissing { isLeft[edges.valueBinCount] = node.missingGoesLeft }
        case .categorical(let categories) where node.categorySet >= 0:
            let set = tree.categorySets[Int(node.categorySet)]
            for (index, code) in categories.codes.enumerated() where code >> 6 < set.count {
                isLeft[index + 1] = (set[code >> 6] >> UInt64(code & 63)) & 1 == 1
            }
        default:
            throw mismatch(feature)
        }
        return isLeft
    }

    private static func mismatch(_ feature: Int) -> TreesError {
        TreesError(
            .invalidParameter,
            "The model splits feature \(feature) where these bins do not. Go on training only "
                + "with the data and the binning parameters that the model was begun with.")
    }
}
