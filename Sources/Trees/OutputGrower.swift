import Binning
import Models
import Objectives
import Threads

/// Grows trees from the scores, one at a time, each for the output that it is asked for.
///
/// Several of them may work side by side, each with a pool of its own and on outputs of its own:
/// of what they share they write only the scores of these.
final class OutputGrower: @unchecked Sendable {
    // Sendable: one thread at a time uses it; see above.
    private let parameters: BoostingParameters
    private let matrix: BinnedMatrix
    private let objective: any Objective
    private let rows: LabelledRows
    private let packing: GradientPacking
    private let weightMax: Double
    private let pool: ThreadPool
    private let buffers: BufferPool
    /// (outputCount × rowCount)
    private let scores: UnsafeMutablePointer<Double>
    private let packedBuffer: PooledBuffer
    private let featureSampler: FeatureSampler
    let gradients: GradientPass
    let treeGrower: TreeGrower
    let renewer: LeafRenewer
    /// (rowCount) gradients of the tree in hand.
    let packed: UnsafeMutablePointer<Int64>
    /// The whole table with them.
    let store: RowStore

    /// What all growers of a run have in common.
    struct Setting {
        let parameters: BoostingParameters
        let matrix: BinnedMatrix
        let objective: any Objective
        let rows: LabelledRows
        let packing: GradientPacking
        /// The largest weight of a row.
        let weightMax: Double
        let buffers: BufferPool
        /// (outputCount × rowCount)
        let scores: UnsafeMutablePointer<Double>
        /// (rowCount × words) see `Objective.prepareRound`.
        let roundState: UnsafeMutablePointer<UInt64>?
    }

    /// - Parameter pool: nobody else enters its regions while a tree grows.
    init(_ setting: Setting, pool: ThreadPool) {
        parameters = setting.parameters
        matrix = setting.matrix
        objective = setting.objective
        rows = setting.rows
        packing = setting.packing
        weightMax = setting.weightMax
        buffers = setting.buffers
        scores = setting.scores
        self.pool = pool
        packedBuffer = buffers.take(byteCount: rows.count * 8 + 64)
        packed = packedBuffer.address.bindMemory(to: Int64.self, capacity: rows.count)
        store = RowStore(matrix: matrix, gradients: packed)
        gradients = GradientPass(
            objective: objective, rows: rows, packing: packing, pool: pool, scores: scores,
            packed: packed, roundState: setting.roundState)
        treeGrower = TreeGrower(
            matrix: matrix, parameters: parameters, packing: packing, pool: pool, buffers: buffers)
        renewer = LeafRenewer(
            objective: objective, rows: rows, parameters: parameters, packing: packing, pool: pool,
            buffers: buffers, scores: scores,
            roundState: setting.roundState.map { UnsafePointer($0) })
        featureSampler = FeatureSampler(features: matrix.features, parameters: parameters)
    }

    /// What gradients and hessians are multiplied by from now on; nil for 1.
    func multiply(by factors: UnsafePointer<Float>?) {
        gradients.factors = factors
        renewer.factors = factors
    }

    /// (features) whether a tree may split on each.
    func activeFeatures(index: Int) -> [Bool] { featureSampler.activeFeatures(round: index) }

    /// One tree that is wanted.
    struct Request: Sendable {
        let output: Int
        /// Of the tree in the model; random choices depend on it.
        let index: Int
        let learningRate: Double
        /// The rows that it sees; nil for all.
        let bag: RowBag?
        /// Whether gradients are multiplied by factors.
        let isSampled: Bool
        /// At least the largest |gradient|, where it is followed.
        let gradientBound: Double?
        /// Where gradients and the root's histogram are there already; without bag and sample.
        var root: RootPass.Root?
    }

    struct Grown: Sendable {
        let tree: Tree
        /// For scoring other rows.
        let binned: BinnedTree
        /// The largest |gradient| that the tree was grown from.
        let gradientMax: Double
    }

    /// Grows a tree and adds it to the scores. One that cannot be split stands for no change.
    func grow(_ request: Request) -> Grown {
        let output = request.output
        let scale = scale(of: request)
        let dither = CounterHash(
            seed: parameters.seed, purpose: .dither, round: request.index)[0]
        let totals =
            request.root?.totals
            ?? gradients.run(
                output: output, scale: scale, dither: UInt32(truncatingIfNeeded: dither))
        let gradientMax = Double(totals.gradientMax)
        var nodeRows = NodeRows(
            all: request.root.map { RowStore(matrix: matrix, gradients: $0.packed) } ?? store)
        var sums = NodeSums(
            gradient: totals.gradient, hessian: totals.hessian, rowCount: rows.count)
        if let bag = request.bag, bag.insideCount > 0 {
            // Splits divide a set in place where it is not gathered; the bag serves more trees.
            let inside = bag.inside.copied(rowCount: rows.count, buffers: buffers)
            nodeRows = treeGrower.gathering(
                NodeRows(store: store, mask: inside, count: bag.insideCount))
            sums = packedSums(of: nodeRows)
        }
        let isEmpty = request.bag.map { $0.insideCount == 0 } ?? false
        let grown =
            isEmpty
            ? nil
            : treeGrower.grow(
                nodeRows, sums: sums, scale: scale,
                isActive: activeFeatures(index: request.index), index: request.index,
                rootHistogram: request.root?.histogram)
        guard let grown, !grown.nodes.isEmpty else {
            return Grown(
                tree: Tree(nodes: [], leafValues: [0], leafRowCounts: [Int64(nodeRows.count)]),
                binned: BinnedTree(constant: 0), gradientMax: gradientMax)
        }
        let values = renewer.renew(
            grown, output: output, scale: scale, learningRate: request.learningRate)
        let binned = BinnedTree(grown, leafValues: values, layout: matrix.layout)
        if let bag = request.bag {
            binned.add(
                to: scores + output * rows.count, within: bag.outside, of: matrix, pool: pool)
        }
        return Grown(
            tree: grown.model(leafValues: values, features: matrix.features), binned: binned,
            gradientMax: gradientMax)
    }

    private func packedSums(of rows: NodeRows) -> NodeSums {
        var sums = NodeSums(gradient: 0, hessian: 0, rowCount: rows.count)
        let (listed, gradients) = (rows.listed(buffers: buffers, pool: pool), rows.store.gradients)
        for position in 0..<rows.count {
            let packed = gradients[listed.indices.map { Int($0[position]) } ?? position]
            sums.gradient &+= packing.gradient(packed)
            sums.hessian &+= packing.hessian(packed)
        }
        return withExtendedLifetime(listed) { sums }
    }

    /// The scale of a tree's gradients, from bounds that hold for all its rows.
    private func scale(of request: Request) -> GradientScale {
        if let bounds = objective.bounds(output: request.output), !request.isSampled {
            return GradientScale(packing: packing, bounds: bounds, weightMax: weightMax)
        }
        if let bound = request.gradientBound {
            return GradientScale(packing: packing, gradientBound: bound, hessianBound: weightMax)
        }
        let maxima = gradients.maxima(output: request.output)
        return GradientScale(
            packing: packing, gradientBound: Double(maxima.gradient),
            hessianBound: Double(maxima.hessian))
    }
}
