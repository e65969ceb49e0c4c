import Binning
import CKernels
import Models
import Threads

/// A tree whose splits are rules on stored codes, to score binned rows with.
struct BinnedTree: Sendable {
    struct Node: Sendable {
        let rule: CodeRule
        /// nil where the rule came from a model.
        let split: SplitInfo?
        let left: Int32
        let right: Int32
    }

    private let nodes: [Node]
    private let leafValues: [Double]
    /// That the rules are about; nil without any.
    private let layout: BinLayout?

    /// Rows that go through the tree together: their numbers stay in the first-level cache.
    private static let blockRowCount = 4_096

    /// - Parameter layout: that the tree was grown on.
    init(_ tree: GrownTree, leafValues: [Double], layout: BinLayout) {
        nodes = tree.nodes.map {
            Node(rule: $0.rule, split: $0.split, left: $0.left, right: $0.right)
        }
        self.leafValues = leafValues
        self.layout = layout
    }

    /// The same value for every row.
    init(constant: Double) {
        nodes = []
        leafValues = [constant]
        layout = nil
    }

    /// - Throws: `invalidParameter` when a split cannot be expressed in the matrix's bins.
    init(_ tree: Tree, matrix: BinnedMatrix) throws(TreesError) {
        var nodes: [Node] = []
        for node in tree.nodes {
            let isLeft = try Self.binsOnTheLeft(of: node, tree, matrix)
            let rule = CodeRule(feature: Int(node.feature), isLeft: isLeft, layout: matrix.layout)
            nodes.append(Node(rule: rule, split: nil, left: node.left, right: node.right))
        }
        self.nodes = nodes
        layout = matrix.layout
        leafValues = tree.leafValues
    }

    /// Adds each row's leaf value to its score.
    /// - Parameters:
    ///   - scores: (matrix.rowCount)
    ///   - rows: which; nil for all.
    func add(
        to scores: UnsafeMutablePointer<Double>, within rows: RowMask? = nil,
        of matrix: BinnedMatrix, pool: ThreadPool
    ) {
        let leafValues = leafValues
        nonisolated(unsafe) let scores = scores
        route(rows, of: matrix, pool: pool) { leaf, rows in
            let value = leafValues[leaf]
            for row in rows { scores[Int(row)] += value }
        }
    }

    /// Adds a number of each row's leaf to what is kept of the row.
    /// - Parameters:
    ///   - steps: (leaves)
    ///   - sums: (matrix.rowCount)
    func add(
        _ steps: [Int64], to sums: UnsafeMutablePointer<Int64>, of matrix: BinnedMatrix,
        pool: ThreadPool
    ) {
        nonisolated(unsafe) let sums = sums
        route(nil, of: matrix, pool: pool) { leaf, rows in
            let step = steps[leaf]
            for row in rows { sums[Int(row)] &+= step }
        }
    }

    /// (matrix.rowCount) the leaf of each row.
    func leaves(of matrix: BinnedMatrix, pool: ThreadPool) -> [UInt16] {
        precondition(leafValues.count <= 1 << 16)
        return [UInt16](unsafeUninitializedCapacity: matrix.rowCount) { result, count in
            // Each row is written by the worker that has it.
            nonisolated(unsafe) let leaves = result
            route(nil, of: matrix, pool: pool) { leaf, rows in
                for row in rows { leaves.initializeElement(at: Int(row), to: UInt16(leaf)) }
            }
            count = matrix.rowCount
        }
    }

    private typealias LeafVisitor =
        @Sendable (_ leaf: Int, _ rows: UnsafeBufferPointer<UInt32>) -> Void

    /// Calls `visit` with the rows of each leaf, block by block.
    private func route(
        _ rows: RowMask?, of matrix: BinnedMatrix, pool: ThreadPool,
        _ visit: @escaping LeafVisitor
    ) {
        let columns = rules(on: matrix).map { RuledColumn(matrix: matrix, rule: $0) }
        pool.forEach(count: matrix.rowCount, grain: Self.blockRowCount) { range, _ in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.blockRowCount) {
                route(range, of: rows, columns: columns, list: $0, visit)
            }
        }
    }

    /// Rows to validate on may be stored otherwise than those that the tree was grown on.
    private func rules(on matrix: BinnedMatrix) -> [CodeRule] {
        guard let layout, matrix.layout != layout else { return nodes.map(\.rule) }
        return nodes.map { node in
            guard let split = node.split else {
                preconditionFailure("rules from a model are made for the rows that they score")
            }
            return CodeRule(split: split, features: matrix.features, layout: matrix.layout)
        }
    }

    /// The sets of rows that wait to be routed lie one upon another: the one at place `n` waits for
    /// the `n`-th of `pending`.
    private func route(
        _ block: Range<Int>, of rows: RowMask?, columns: [RuledColumn],
        list: UnsafeMutableBufferPointer<UInt32>, _ visit: LeafVisitor
    ) {
        let wordCount = RowMask.wordCount(block.count)
        let firstWord = block.lowerBound / RowMask.wordRowCount
        var pending: [Int32] = [nodes.isEmpty ? -1 : 0]
        var masks = [UInt64](repeating: .max, count: wordCount)
        masks[wordCount - 1] >>= UInt64(wordCount * RowMask.wordRowCount - block.count)
        if let rows { for word in 0..<wordCount { masks[word] &= rows.words[firstWord + word] } }
        while let child = pending.popLast() {
            let start = pending.count * wordCount
            if masks.count < start + 2 * wordCount {
                masks += [UInt64](repeating: 0, count: wordCount)
            }
            masks.withUnsafeMutableBufferPointer { masks in
                guard let first = masks.baseAddress.map({ $0 + start }) else { return }
                let count = martlet_count_rows(first, wordCount)
                guard count > 0 else { return }
                guard child >= 0 else {
                    martlet_list_rows(first, wordCount, UInt32(block.lowerBound), list.baseAddress)
                    visit(Int(~child), UnsafeBufferPointer(rebasing: list[..<count]))
                    return
                }
                _ = columns[Int(child)].divide(
                    block, within: first, left: first, right: first + wordCount)
                pending.append(nodes[Int(child)].left)
                pending.append(nodes[Int(child)].right)
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
