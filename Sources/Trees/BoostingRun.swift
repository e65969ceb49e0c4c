import Binning
import Models
import Objectives
import Threads

/// The state of one training run over its rounds.
final class BoostingRun {
    private let parameters: BoostingParameters
    private let matrix: BinnedMatrix
    private let objective: any Objective
    private let rows: LabelledRows
    private let pool: ThreadPool
    private let buffers = BufferPool()
    private let packing: GradientPacking
    private let grower: TreeGrower
    private let renewer: LeafRenewer
    private let gradients: GradientPass
    private let featureSampler: FeatureSampler
    private let weightMax: Double

    /// (rowCount) raw scores of the training rows.
    private let scores: UnsafeMutablePointer<Double>
    private let scoreBuffer: PooledBuffer
    private let packed: UnsafeMutablePointer<Int64>
    private let packedBuffer: PooledBuffer
    /// The whole table with its packed gradients.
    private let store: RowStore

    let baseScore: Double
    private(set) var trees: [Tree] = []
    private var bag: RowBag?
    /// At least the largest |gradient| of the coming round.
    private var gradientBound = 0.0

    /// - Parameter rows: alive as long as the run.
    init(
        parameters: BoostingParameters, objective: any Objective, matrix: BinnedMatrix,
        rows: LabelledRows, pool: ThreadPool
    ) {
        let objective = objective.fitted(to: rows)
        self.parameters = parameters
        self.objective = objective
        self.matrix = matrix
        self.rows = rows
        self.pool = pool
        let hasUnitHessians = objective.hasUnitHessian && rows.weights == nil
        packing = hasUnitHessians ? .unit : .general
        weightMax =
            rows.weights.map { weights in
                Double((0..<rows.count).reduce(Float(0)) { max($0, weights[$1]) })
            } ?? 1
        scoreBuffer = buffers.take(byteCount: rows.count * 8 + 64)
        scores = scoreBuffer.address.bindMemory(to: Double.self, capacity: rows.count)
        packedBuffer = buffers.take(byteCount: rows.count * 8 + 64)
        packed = packedBuffer.address.bindMemory(to: Int64.self, capacity: rows.count)
        store = RowStore(matrix: matrix, gradients: packed)
        grower = TreeGrower(
            matrix: matrix, parameters: parameters, packing: packing, pool: pool, buffers: buffers)
        renewer = LeafRenewer(
            objective: objective, rows: rows, parameters: parameters, packing: packing, pool: pool,
            scores: scores)
        gradients = GradientPass(
            objective: objective, rows: rows, packing: packing, pool: pool, scores: scores,
            packed: packed)
        featureSampler = FeatureSampler(features: matrix.features, parameters: parameters)
        baseScore = objective.initialScores(rows)[0]
        scores.initialize(repeating: baseScore, count: rows.count)
        gradientBound = exactGradientBound()
    }

    /// Takes up a run that has already grown `trees`: the state is then the same, bit by bit.
    func resume(_ trees: [Tree]) throws(TreesError) {
        for (round, tree) in trees.enumerated() {
            if round == trees.count - 1 { gradientBound = exactGradientBound() }
            try BinnedTree(tree, matrix: matrix).add(
                to: scores, rows: nil, count: rows.count, of: matrix, pool: pool)
            raiseGradientBound(by: tree.leafValues)
        }
        self.trees = trees
        if parameters.baggingFreq > 0, !trees.isEmpty {
            // The bag in use was drawn in an earlier round.
            drawBag(round: trees.count / parameters.baggingFreq * parameters.baggingFreq)
        }
    }

    /// Grows the next tree and adds it to the scores.
    /// - Returns: the tree for scoring other rows; nil when nothing could be split.
    func growTree() -> BinnedTree? {
        let round = trees.count
        let scale = GradientScale(
            packing: packing, gradientBound: gradientBound, hessianBound: hessianBound)
        let dither = CounterHash(seed: parameters.seed, purpose: .dither, round: round)[0]
        let totals = gradients.run(scale: scale, dither: UInt32(truncatingIfNeeded: dither))
        if objective.bounds == nil { gradientBound = Double(totals.gradientMax) }
        let isBagging = parameters.baggingFreq > 0 && parameters.baggingFraction < 1
        if isBagging, bag == nil || round % parameters.baggingFreq == 0 { drawBag(round: round) }

        var nodeRows = NodeRows(all: store)
        var sums = NodeSums(
            gradient: totals.gradient, hessian: totals.hessian, rowCount: rows.count)
        if let bag {
            guard bag.insideCount > 0 else { return nil }
            nodeRows = NodeRows(
                store: store, indices: bag.inside, indexBuffer: nil, count: bag.insideCount)
            nodeRows = NodeRows(all: grower.gather(nodeRows))
            sums = packedSums(of: nodeRows.store)
        }
        let grown = grower.grow(
            nodeRows, sums: sums, scale: scale,
            isActive: featureSampler.activeFeatures(round: round))
        guard !grown.nodes.isEmpty else { return nil }
        let values = renewer.renew(grown.leaves, scale: scale)
        let tree = BinnedTree(grown, leafValues: values)
        if let bag {
            tree.add(
                to: scores, rows: bag.outside, count: bag.outsideCount, of: matrix, pool: pool)
        }
        raiseGradientBound(by: values)
        trees.append(grown.model(leafValues: values, features: matrix.features))
        return tree
    }

    private func drawBag(round: Int) {
        guard parameters.baggingFraction < 1 else { return }
        // The old one's memory comes first, so that it serves the new one.
        bag = nil
        bag = RowBag(
            rowCount: rows.count, fraction: parameters.baggingFraction,
            hash: CounterHash(seed: parameters.seed, purpose: .bagging, round: round),
            buffers: buffers)
    }

    private func packedSums(of store: RowStore) -> NodeSums {
        var sums = NodeSums(gradient: 0, hessian: 0, rowCount: store.rowCount)
        for row in 0..<store.rowCount {
            sums.gradient &+= packing.gradient(store.gradients[row])
            sums.hessian &+= packing.hessian(store.gradients[row])
        }
        return sums
    }

    // MARK: Bounds of gradients

    /// What objectives without bounds of their own, whose hessians are 1, can reach: a gradient
    /// moves by no more than its score does.
    private func raiseGradientBound(by leafValues: [Double]) {
        guard objective.bounds == nil else { return }
        let step = leafValues.reduce(0) { max($0, abs($1)) }
        // A little more, for the rounding of gradients to 32 bits.
        gradientBound = (gradientBound + weightMax * step) * (1 + 0x1p-20)
    }

    private func exactGradientBound() -> Double {
        if let bounds = objective.bounds { return Double(bounds.gradient) * weightMax }
        return Double(gradients.gradientMax())
    }

    private var hessianBound: Double { Double(objective.bounds?.hessian ?? 1) * weightMax }
}
