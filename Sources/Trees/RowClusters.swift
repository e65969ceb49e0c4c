import Binning
import Models
import Objectives
import Threads

/// An order of the table's rows in which those that trees send the same way lie together.
///
/// Trees of one run split mostly on the same few features, so the leaves of one fine tree are
/// neighbourhoods that later nodes take or leave as a whole: the rows of a node then come in
/// stretches, and whatever picks them out of the table uses whole cache lines.
struct RowClusters {
    let parameters: BoostingParameters
    let objective: any Objective
    let pool: ThreadPool

    /// Rows below which everything lies in the caches anyway.
    static let rowCountMin = 65_536
    /// In a prototype of the whole fit 255 leaves measured 5 to 10% faster than 63, and 1,023 a
    /// little more.
    private static let leafCountMax = 512
    /// Histograms of the tree's leaves take no more memory than the rows' words, or this.
    private static let histogramByteCountMin = 16 << 20
    /// Rows that the tree is grown from, about.
    private static let sampleRowCount = 131_072.0

    /// - Returns: (rows.matrix.rowCount) the row that comes to each place, rows of one leaf in
    ///   their order; nil where another order would not help, or must not be.
    func order(of rows: TrainingRows) throws(TreesError) -> [UInt32]? {
        // Rows of a query stay together.
        guard rows.matrix.rowCount >= Self.rowCountMin, rows.queries == nil else { return nil }
        let model = try GradientBooster(
            parameters: treeParameters(rows.matrix), objective: objective, pool: pool
        ).train(rows)
        let gains = model.ensemble.trees.map { $0.nodes.reduce(0) { $0 + $1.gain } }
        guard let best = gains.indices.max(by: { gains[$0] < gains[$1] }) else { return nil }
        let tree = model.ensemble.trees[best]
        let leaves = try BinnedTree(tree, matrix: rows.matrix).leaves(of: rows.matrix, pool: pool)
        return Self.order(leaves: leaves, rank: Self.ranks(of: tree))
    }

    private func treeParameters(_ matrix: BinnedMatrix) -> BoostingParameters {
        let rowCount = matrix.rowCount
        var result = BoostingParameters()
        result.seed = parameters.seed
        result.numIterations = 1
        // The order, which rounding follows, shall not depend on how features are stored.
        result.numLeaves = Self.leafCount(
            rowCount: rowCount, layout: BinLayout(binCounts: matrix.features.map(\.binCount)))
        result.baggingFreq = 1
        result.baggingFraction = min(1, Self.sampleRowCount / Double(rowCount))
        return result
    }

    private static func leafCount(rowCount: Int, layout: BinLayout) -> Int {
        let byteCountMax = max(histogramByteCountMin, rowCount * layout.wordCount * 8)
        let ofLeaf = HistogramLayout(layout).entryCount * 8
        return max(2, min(leafCountMax, byteCountMax / ofLeaf))
    }

    /// Bytes that finding the order and putting the rows into it take at most.
    static func byteCount(
        rowCount: Int, layout: BinLayout, objective: any Objective, threadCount: Int
    ) -> Int {
        guard rowCount >= rowCountMin, objective.name != "lambdarank" else { return 0 }
        let nodeCount = 2 * (leafCount(rowCount: rowCount, layout: layout) + 2) + 3 * threadCount
        // While the tree grows: scores, gradients, the rows in the bag. Then leaves and places of
        // the rows, a column of each worker, labels, weights and scores anew take less.
        return rowCount * (8 * objective.outputCount + 8 + 8)
            + HistogramLayout(layout).entryCount * 8 * nodeCount
    }

    /// (leaves) the place of each from left to right.
    private static func ranks(of tree: Tree) -> [Int] {
        var ranks = [Int](repeating: 0, count: tree.leafValues.count)
        var pending: [Int32] = [tree.nodes.isEmpty ? -1 : 0]
        var rank = 0
        while let child = pending.popLast() {
            guard child >= 0 else {
                ranks[Int(~child)] = rank
                rank += 1
                continue
            }
            pending.append(tree.nodes[Int(child)].right)
            pending.append(tree.nodes[Int(child)].left)
        }
        return ranks
    }

    /// Sorts the rows by the ranks of their leaves, by counting.
    private static func order(leaves: [UInt16], rank: [Int]) -> [UInt32] {
        var starts = [Int](repeating: 0, count: rank.count + 1)
        for leaf in leaves { starts[rank[Int(leaf)] + 1] += 1 }
        for index in rank.indices { starts[index + 1] += starts[index] }
        return [UInt32](unsafeUninitializedCapacity: leaves.count) { order, count in
            for (row, leaf) in leaves.enumerated() {
                let place = starts[rank[Int(leaf)]]
                order.initializeElement(at: place, to: UInt32(row))
                starts[rank[Int(leaf)]] = place + 1
            }
            count = leaves.count
        }
    }
}
