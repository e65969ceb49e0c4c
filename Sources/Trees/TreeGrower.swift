import Binning
import Threads

/// Grows one tree at a time, always splitting the leaf that gains most.
struct TreeGrower: Sendable {
    private let parameters: BoostingParameters
    private let features: [FeatureBins]
    private let layout: HistogramLayout
    private let packing: GradientPacking
    private let histograms: HistogramBuilder
    private let splits: SplitFinder
    private let partition: RowPartition
    private let gatherer: RowGatherer

    /// A node whose share of its store is smaller than one in so many rows gets a store of its
    /// own: gathering costs about as much as three scattered histograms.
    private static let gatherShare = 4
    /// Rows below which a node stays where it is.
    private static let gatherRowCountMin = 256

    init(
        matrix: BinnedMatrix, parameters: BoostingParameters, packing: GradientPacking,
        pool: ThreadPool, buffers: BufferPool
    ) {
        self.parameters = parameters
        self.packing = packing
        features = matrix.features
        layout = HistogramLayout(matrix.layout)
        histograms = HistogramBuilder(
            layout: layout, packing: packing, pool: pool, buffers: buffers)
        splits = SplitFinder(
            layout: layout, features: features, parameters: parameters, packing: packing, pool: pool
        )
        partition = RowPartition(
            layout: matrix.layout, rowCount: matrix.rowCount, pool: pool, buffers: buffers)
        gatherer = RowGatherer(layout: matrix.layout, pool: pool, buffers: buffers)
    }

    /// - Parameters:
    ///   - rows: the rows that the tree sees, gradients included.
    ///   - isActive: (featureCount) the features that it may split on.
    func grow(
        _ rows: NodeRows, sums: NodeSums, scale: GradientScale, isActive: [Bool]
    ) -> GrownTree {
        var growth = Growth(
            scale: scale, isActive: isActive, columns: activeColumns(isActive),
            tree: GrownTree(leaves: []), parents: [], queue: LeafQueue())
        growth.parts = activeParts(growth.columns)
        var root = GrowingLeaf(
            rows: rows, sums: sums, depth: 0, valueL2: parameters.lambdaL2)
        if canSplit(root) {
            let histogram = histograms.build(rows, activeParts: growth.parts)
            search(&root, histogram, growth)
        }
        growth.append(root, parent: nil)
        while growth.tree.leaves.count < parameters.numLeaves, let leaf = growth.queue.popBest() {
            splitLeaf(leaf, &growth)
        }
        return growth.tree
    }

    /// A store of their own for the rows that `rows.indices` names.
    func gather(_ rows: NodeRows) -> RowStore { gatherer.gather(rows) }

    /// The state of one tree.
    private struct Growth {
        let scale: GradientScale
        let isActive: [Bool]
        let columns: [Int]
        var parts: [Int] = []
        var tree: GrownTree
        /// (leaves) the node above each leaf, and whether it is the left child.
        var parents: [(node: Int, isLeft: Bool)?]
        var queue: LeafQueue

        init(
            scale: GradientScale, isActive: [Bool], columns: [Int], tree: GrownTree,
            parents: [(node: Int, isLeft: Bool)?], queue: LeafQueue
        ) {
            self.scale = scale
            self.isActive = isActive
            self.columns = columns
            self.tree = tree
            self.parents = parents
            self.queue = queue
        }

        mutating func append(_ leaf: GrowingLeaf, parent: (node: Int, isLeft: Bool)?) {
            tree.leaves.append(leaf)
            parents.append(parent)
            enqueue(tree.leaves.count - 1)
        }

        mutating func enqueue(_ leaf: Int) {
            if let split = tree.leaves[leaf].split { queue.insert(leaf: leaf, gain: split.gain) }
        }
    }

    private func canSplit(_ leaf: GrowingLeaf) -> Bool {
        let isDeep = parameters.maxDepth > 0 && leaf.depth >= parameters.maxDepth
        return !isDeep && leaf.rows.count >= max(2, 2 * parameters.minDataInLeaf)
    }

    private func search(_ leaf: inout GrowingLeaf, _ histogram: Histogram, _ growth: Growth) {
        leaf.split = splits.findSplit(
            of: leaf.sums, in: histogram, scale: growth.scale, columns: growth.columns,
            isActive: growth.isActive)
        // A leaf that cannot be split needs its histogram no more.
        leaf.histogram = leaf.split == nil ? nil : histogram
    }

    private func splitLeaf(_ index: Int, _ growth: inout Growth) {
        let parent = growth.tree.leaves[index]
        guard let split = parent.split, let histogram = parent.histogram else {
            preconditionFailure("a leaf in the queue has a split and a histogram")
        }
        let rule = CodeRule(split: split, features: features, layout: layout.bins)
        let children = partition.split(parent.rows, by: rule)
        var left = GrowingLeaf(
            rows: children.left,
            sums: NodeSums(
                gradient: split.leftGradient, hessian: split.leftHessian,
                rowCount: children.left.count), depth: parent.depth + 1, valueL2: split.valueL2)
        var right = GrowingLeaf(
            rows: children.right,
            sums: NodeSums(
                gradient: parent.sums.gradient - split.leftGradient,
                hessian: parent.sums.hessian - split.leftHessian,
                rowCount: children.right.count), depth: parent.depth + 1, valueL2: split.valueL2)
        let isLast = growth.tree.leaves.count + 1 == parameters.numLeaves
        if !isLast, canSplit(left) || canSplit(right) {
            if left.rows.count <= right.rows.count {
                searchChildren(smaller: &left, larger: &right, of: histogram, growth)
            } else {
                searchChildren(smaller: &right, larger: &left, of: histogram, growth)
            }
        }
        let node = growth.tree.nodes.count
        growth.tree.nodes.append(
            GrownTree.Node(
                split: split, rule: rule, left: ~Int32(index),
                right: ~Int32(growth.tree.leaves.count), rowCount: parent.rows.count))
        if let above = growth.parents[index] {
            if above.isLeft {
                growth.tree.nodes[above.node].left = Int32(node)
            } else {
                growth.tree.nodes[above.node].right = Int32(node)
            }
        }
        growth.tree.leaves[index] = left
        growth.parents[index] = (node, true)
        growth.enqueue(index)
        growth.append(right, parent: (node, false))
    }

    private func searchChildren(
        smaller: inout GrowingLeaf, larger: inout GrowingLeaf, of histogram: Histogram,
        _ growth: Growth
    ) {
        let storeCount = smaller.rows.store.rowCount
        if smaller.rows.count > Self.gatherRowCountMin,
            smaller.rows.count * Self.gatherShare < storeCount
        {
            smaller.rows = NodeRows(all: gatherer.gather(smaller.rows))
        }
        let ofSmaller = histograms.build(smaller.rows, activeParts: growth.parts)
        if canSplit(larger) {
            let ofLarger = histogram.subtracting(
                ofSmaller, entryCount: layout.entryCount, packing: packing,
                isPacked: larger.rows.count <= packing.rowCountMax)
            search(&larger, ofLarger, growth)
        }
        if canSplit(smaller) { search(&smaller, ofSmaller, growth) }
    }

    private func activeColumns(_ isActive: [Bool]) -> [Int] {
        let columns = layout.bins.columns
        return columns.indices.filter { index in
            columns[index].members.contains { isActive[$0.feature] }
        }
    }

    /// Groups of byte columns, then wide columns, that hold an active feature.
    private func activeParts(_ columns: [Int]) -> [Int] {
        let byteColumnCount = layout.bins.byteColumns.count
        let groupColumnCount = 8 * BinnedMatrix.groupWordCount
        let parts = columns.map { column in
            column < byteColumnCount
                ? column / groupColumnCount : layout.groups.count + column - byteColumnCount
        }
        return Set(parts).sorted()
    }
}
