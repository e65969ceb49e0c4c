import Binning
import Threads

/// Grows one tree at a time, splitting leaf after leaf in the order of the growth policy.
struct TreeGrower: Sendable {
    private let parameters: BoostingParameters
    private let features: [FeatureBins]
    private let layout: HistogramLayout
    private let packing: GradientPacking
    private let histograms: HistogramBuilder
    private let splits: SplitFinder
    private let sampler: FeatureSampler
    private let leafMath: LeafMath
    private let partition: RowPartition
    private let gatherer: RowGatherer

    /// A node whose share of its store is smaller than one in so many rows gets a store of its
    /// own: gathering costs about as much as three scattered histograms.
    private static let gatherShare = 4
    /// The same of the table, whose rows lie in the order of a tree and are divided faster: 8 and
    /// 16 measured 8% faster in a prototype of the whole fit than 4, and 32 no better.
    private static let tableGatherShare = 16
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
        sampler = FeatureSampler(features: features, parameters: parameters)
        leafMath = LeafMath(parameters)
        partition = RowPartition(layout: matrix.layout, pool: pool, buffers: buffers)
        gatherer = RowGatherer(layout: matrix.layout, pool: pool, buffers: buffers)
    }

    /// - Parameters:
    ///   - rows: the rows that the tree sees, gradients included.
    ///   - isActive: (featureCount) the features that it may split on.
    ///   - index: of the tree in the model; random choices depend on it.
    ///   - rootHistogram: of `rows` where it is known; overwritten.
    ///   - keepsHistograms: whether every leaf shall have its histogram at the end.
    func grow(
        _ rows: NodeRows, sums: NodeSums, scale: GradientScale, isActive: [Bool], index: Int,
        rootHistogram: Histogram? = nil, keepsHistograms: Bool = false
    ) -> GrownTree {
        var growth = Growth(
            index: index, scale: scale, isActive: isActive, columns: activeColumns(isActive),
            keepsHistograms: keepsHistograms, tree: GrownTree(leaves: []), parents: [],
            queue: LeafQueue(parameters.growPolicy))
        growth.parts = activeParts(growth.columns)
        var root = GrowingLeaf(
            rows: rows, sums: sums, depth: 0, valueL2: parameters.lambdaL2)
        // The root is drawn towards nothing but its own value.
        root.limits.parentValue = leafMath.value(
            gradient: Double(sums.gradient) * scale.gradient,
            hessian: Double(sums.hessian) * scale.hessian, l2: root.valueL2)
        if canSplit(root) {
            let histogram =
                rootHistogram ?? histograms.build(rows, activeParts: growth.parts)
            search(&root, histogram, growth)
        }
        growth.append(root, parent: nil)
        while growth.tree.leaves.count < parameters.numLeaves, let leaf = growth.queue.popBest() {
            splitLeaf(leaf, &growth)
        }
        return growth.tree
    }

    /// The rows of a set in a store of their own, where memory allows.
    func gathering(_ rows: NodeRows) -> NodeRows {
        gatherer.hasRoom(rowCount: rows.count) ? NodeRows(all: gatherer.gather(rows)) : rows
    }

    /// The state of one tree.
    private struct Growth {
        let index: Int
        let scale: GradientScale
        let isActive: [Bool]
        let columns: [Int]
        let keepsHistograms: Bool
        var parts: [Int] = []
        var tree: GrownTree
        /// (leaves) the node above each leaf, and whether it is the left child.
        var parents: [(node: Int, isLeft: Bool)?]
        var queue: LeafQueue

        init(
            index: Int, scale: GradientScale, isActive: [Bool], columns: [Int],
            keepsHistograms: Bool, tree: GrownTree, parents: [(node: Int, isLeft: Bool)?],
            queue: LeafQueue
        ) {
            self.index = index
            self.scale = scale
            self.isActive = isActive
            self.columns = columns
            self.keepsHistograms = keepsHistograms
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
            if let split = tree.leaves[leaf].split {
                queue.insert(leaf: leaf, gain: split.gain, depth: tree.leaves[leaf].depth)
            }
        }
    }

    private func canSplit(_ leaf: GrowingLeaf) -> Bool {
        let isDeep = parameters.maxDepth > 0 && leaf.depth >= parameters.maxDepth
        return !isDeep && leaf.rows.count >= max(2, 2 * parameters.minDataInLeaf)
    }

    private func search(_ leaf: inout GrowingLeaf, _ histogram: Histogram, _ growth: Growth) {
        var (isActive, columns) = (growth.isActive, growth.columns)
        if sampler.hasNodeChoice {
            isActive = sampler.activeFeatures(
                among: isActive, branch: leaf.branchFeatures, tree: growth.index, node: leaf.number)
            columns = activeColumns(isActive)
        }
        let draws = CounterHash.round(tree: growth.index, node: leaf.number)
        leaf.split = splits.findSplit(
            of: leaf.sums, in: histogram, scale: growth.scale, columns: columns,
            isActive: isActive, limits: childLimits(of: leaf, growth.scale),
            draws: parameters.extraTrees
                ? CounterHash(seed: parameters.seed, purpose: .thresholds, round: draws) : nil)
        // A leaf that cannot be split needs its histogram no more.
        leaf.histogram = leaf.split == nil && !growth.keepsHistograms ? nil : histogram
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
        limit(&left, &right, of: parent, split, growth)
        let isLast = growth.tree.leaves.count + 1 == parameters.numLeaves
        if growth.keepsHistograms || !isLast && (canSplit(left) || canSplit(right)) {
            if left.rows.count <= right.rows.count {
                searchChildren(
                    smaller: &left, larger: &right, of: histogram, growth, isLast: isLast)
            } else {
                searchChildren(
                    smaller: &right, larger: &left, of: histogram, growth, isLast: isLast)
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

    /// Hands down to the children what the node and its split ask of them.
    private func limit(
        _ left: inout GrowingLeaf, _ right: inout GrowingLeaf, of parent: GrowingLeaf,
        _ split: SplitInfo, _ growth: Growth
    ) {
        left.number = 2 * growth.tree.nodes.count + 1
        right.number = left.number + 1
        if !parameters.interactionConstraints.isEmpty {
            let features = Set(parent.branchFeatures).union([split.feature]).sorted()
            left.branchFeatures = features
            right.branchFeatures = features
        }
        guard hasLimits else { return }
        left.limits = childLimits(of: parent, growth.scale)
        right.limits = left.limits
        guard splits.direction(of: split.feature) != 0, case .threshold = split.rule else { return }
        let values = (left: value(of: left, growth.scale), right: value(of: right, growth.scale))
        let middle = (values.left + values.right) / 2
        // Missing values and all others keep the order that they have: free of each other they
        // measured up to 0.2% worse.
        if split.direction > 0 || split.direction == 0 && values.left <= values.right {
            left.limits.upper = middle
            right.limits.lower = middle
        } else {
            left.limits.lower = middle
            right.limits.upper = middle
        }
    }

    /// What the children of a leaf inherit: its bounds, and its value to be drawn towards.
    private func childLimits(of leaf: GrowingLeaf, _ scale: GradientScale) -> LeafLimits {
        guard hasLimits else { return leaf.limits }
        var limits = leaf.limits
        limits.parentValue = value(of: leaf, scale)
        return limits
    }

    private var hasLimits: Bool {
        leafMath.pathSmooth > 0 || !parameters.monotoneConstraints.isEmpty
    }

    /// From quantised sums; `LeafRenewer` finds the final one from exact sums.
    private func value(of leaf: GrowingLeaf, _ scale: GradientScale) -> Double {
        leafMath.value(
            gradient: Double(leaf.sums.gradient) * scale.gradient,
            hessian: Double(leaf.sums.hessian) * scale.hessian, l2: leaf.valueL2,
            rowCount: Double(leaf.rows.count), limits: leaf.limits)
    }

    private func searchChildren(
        smaller: inout GrowingLeaf, larger: inout GrowingLeaf, of histogram: Histogram,
        _ growth: Growth, isLast: Bool
    ) {
        let store = smaller.rows.store
        var kept: RowStore?
        let share = store.tableRows == nil ? Self.tableGatherShare : Self.gatherShare
        if smaller.rows.count > Self.gatherRowCountMin,
            smaller.rows.count * share < store.rowCount,
            gatherer.hasRoom(rowCount: smaller.rows.count)
        {
            kept = RowStore(
                rowCount: smaller.rows.count, layout: layout.bins, pool: gatherer.buffers)
        }
        let ofSmaller = histograms.build(
            smaller.rows, activeParts: growth.parts, keepingIn: kept)
        if let kept { smaller.rows = NodeRows(all: kept) }
        if growth.keepsHistograms || canSplit(larger) {
            let ofLarger = histogram.subtracting(
                ofSmaller, entryCount: layout.entryCount, packing: packing,
                isPacked: larger.rows.count <= packing.rowCountMax)
            larger.histogram = ofLarger
            if !isLast, canSplit(larger) { search(&larger, ofLarger, growth) }
        }
        if growth.keepsHistograms { smaller.histogram = ofSmaller }
        if !isLast, canSplit(smaller) { search(&smaller, ofSmaller, growth) }
    }

    /// Entries of a node's histogram, once or twice.
    var entryCount: Int { layout.entryCount }

    /// Columns of a row.
    var columnCount: Int { layout.bins.columns.count }

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
