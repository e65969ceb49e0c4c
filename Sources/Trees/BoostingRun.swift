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
    private let buffers: BufferPool
    private let packing: GradientPacking
    private let grower: TreeGrower
    private let renewer: LeafRenewer
    private let gradients: GradientPass
    private let featureSampler: FeatureSampler
    private let weightMax: Double

    /// (outputCount × rowCount) raw scores of the training rows.
    private let scores: UnsafeMutablePointer<Double>
    private let scoreBuffer: PooledBuffer
    private let stateBuffer: PooledBuffer?
    private let packed: UnsafeMutablePointer<Int64>
    private let packedBuffer: PooledBuffer
    /// The whole table with its packed gradients.
    private let store: RowStore

    /// (outputCount)
    let baseScores: [Double]
    /// (iterationCount × outputCount)
    private(set) var trees: [Tree] = []
    private var bag: RowBag?
    /// Keeps the factors alive that gradients are multiplied by.
    private var sample: GradientSample?
    /// At least the largest |gradient| of the coming round, where it is followed.
    private var gradientBound = 0.0
    /// Holds the gradients in place of `scores`, which are then undefined; nil where it cannot.
    private var carrier: ResidualCarrier?

    /// - Parameters:
    ///   - rows: alive as long as the run.
    ///   - startScores: see `TrainingRows.startScores`.
    ///   - initialBaseScores: (outputCount) in place of the objective's.
    ///   - workingByteCountMax: see `GradientBooster`.
    init(
        parameters: BoostingParameters, objective: any Objective, matrix: BinnedMatrix,
        rows: LabelledRows, startScores: [Double]?, baseScores initialBaseScores: [Double]?,
        pool: ThreadPool, workingByteCountMax: Int
    ) {
        buffers = BufferPool(byteCountMax: workingByteCountMax)
        let objective = objective.fitted(to: rows)
        self.parameters = parameters
        self.objective = objective
        self.matrix = matrix
        self.rows = rows
        self.pool = pool
        let hasUnitHessians =
            objective.hasUnitHessian && rows.weights == nil
            && parameters.sampleStrategy == .bagging
        packing = hasUnitHessians ? .unit : .general
        weightMax =
            rows.weights.map { weights in
                Double((0..<rows.count).reduce(Float(0)) { max($0, weights[$1]) })
            } ?? 1
        let scoreCount = rows.count * objective.outputCount
        scoreBuffer = buffers.take(byteCount: scoreCount * 8 + 64)
        scores = scoreBuffer.address.bindMemory(to: Double.self, capacity: scoreCount)
        packedBuffer = buffers.take(byteCount: rows.count * 8 + 64)
        packed = packedBuffer.address.bindMemory(to: Int64.self, capacity: rows.count)
        stateBuffer =
            objective.roundUnitCount(rows) > 0 ? buffers.take(byteCount: rows.count * 8 + 64) : nil
        let roundState = stateBuffer.map {
            $0.address.bindMemory(to: UInt64.self, capacity: rows.count)
        }
        store = RowStore(matrix: matrix, gradients: packed)
        grower = TreeGrower(
            matrix: matrix, parameters: parameters, packing: packing, pool: pool, buffers: buffers)
        renewer = LeafRenewer(
            objective: objective, rows: rows, parameters: parameters, packing: packing, pool: pool,
            buffers: buffers, scores: scores, roundState: roundState.map { UnsafePointer($0) })
        gradients = GradientPass(
            objective: objective, rows: rows, packing: packing, pool: pool, scores: scores,
            packed: packed, roundState: roundState)
        featureSampler = FeatureSampler(features: matrix.features, parameters: parameters)
        let base =
            startScores == nil
            ? initialBaseScores ?? objective.initialScores(rows)
            : [Double](repeating: 0, count: objective.outputCount)
        let quantum =
            startScores == nil && packing == .unit && objective.isResidual
                && Self.canCarry(parameters)
            ? ResidualQuantum(
                labels: rows.labels, count: rows.count, baseScore: base[0],
                isFixed: initialBaseScores != nil) : nil
        baseScores = quantum.map { [$0.baseScore] } ?? base
        if let quantum {
            carrier = ResidualCarrier(
                quantum, rows: rows, packing: packing, packed: packed, pool: pool,
                buffers: buffers)
            return
        }
        ScoreBoard.fill(
            UnsafeMutableBufferPointer(start: scores, count: scoreCount), rowCount: rows.count,
            baseScores: baseScores, startScores: startScores)
        if isBoundFollowed { gradientBound = Double(gradients.maxima(output: 0).gradient) }
    }

    /// (rowCount × outputCount), row by row: the training rows' raw scores.
    var scoresByRow: [Double] {
        if let carrier {
            return [Double](unsafeUninitializedCapacity: rows.count) { result, count in
                guard let first = result.baseAddress else { return }
                carrier.writeScores(to: first)
                count = rows.count
            }
        }
        return ScoreBoard.byRow(
            UnsafeMutableBufferPointer(start: scores, count: rows.count * objective.outputCount),
            rowCount: rows.count)
    }

    var iterationCount: Int { trees.count / objective.outputCount }

    /// Takes up a run that has already grown `trees`: the state is then the same, bit by bit.
    func resume(_ trees: [Tree]) throws(TreesError) {
        for (index, tree) in trees.enumerated() {
            if let carrier, try carrier.add(tree, matrix: matrix) {
                if !carrier.isWithinBounds { stopCarrying() }
                continue
            }
            stopCarrying()
            if isBoundFollowed, index == trees.count - 1 {
                gradientBound = Double(gradients.maxima(output: 0).gradient)
            }
            try BinnedTree(tree, matrix: matrix).add(
                to: scores + index % objective.outputCount * rows.count, of: matrix, pool: pool)
            raiseGradientBound(by: tree.leafValues)
        }
        self.trees = trees
        if parameters.baggingFreq > 0, iterationCount > 0 {
            // The bag in use was drawn in an earlier round.
            drawBag(round: iterationCount / parameters.baggingFreq * parameters.baggingFreq)
        }
    }

    /// Grows the trees of the next round and adds them to the scores.
    /// - Returns: (outputCount) the trees for scoring other rows; nil when nothing could be split.
    func growRound() -> [BinnedTree]? {
        let round = iterationCount
        let isBagging = parameters.baggingFreq > 0 && parameters.baggingFraction < 1
        if isBagging, bag == nil || round % parameters.baggingFreq == 0 { drawBag(round: round) }
        gradients.prepareRound()
        if parameters.sampleStrategy == .goss { drawSample(round: round) }
        let before = trees.count
        let grown = (0..<objective.outputCount).map { output in
            carrier.map { growTree(carrying: $0) } ?? growTree(output: output)
        }
        guard trees[before...].contains(where: { !$0.nodes.isEmpty }) else {
            trees.removeLast(trees.count - before)
            return nil
        }
        return grown
    }

    /// A tree that cannot be split stands for no change.
    private func growTree(output: Int) -> BinnedTree {
        let index = trees.count
        let scale = scale(output: output)
        let dither = CounterHash(seed: parameters.seed, purpose: .dither, round: index)[0]
        let totals = gradients.run(
            output: output, scale: scale, dither: UInt32(truncatingIfNeeded: dither))
        if isBoundFollowed { gradientBound = Double(totals.gradientMax) }
        var nodeRows = NodeRows(all: store)
        var sums = NodeSums(
            gradient: totals.gradient, hessian: totals.hessian, rowCount: rows.count)
        if let bag, bag.insideCount > 0 {
            // Splits divide a set in place where it is not gathered; the bag serves more trees.
            let inside = bag.inside.copied(rowCount: rows.count, buffers: buffers)
            nodeRows = grower.gathering(
                NodeRows(store: store, mask: inside, count: bag.insideCount))
            sums = packedSums(of: nodeRows)
        }
        let isEmpty = bag.map { $0.insideCount == 0 } ?? false
        let grown =
            isEmpty
            ? nil
            : grower.grow(
                nodeRows, sums: sums, scale: scale,
                isActive: featureSampler.activeFeatures(round: index), index: index)
        guard let grown, !grown.nodes.isEmpty else {
            let constant = Tree(
                nodes: [], leafValues: [0], leafRowCounts: [Int64(nodeRows.count)])
            trees.append(constant)
            return BinnedTree(constant: 0)
        }
        let values = renewer.renew(
            grown, output: output, scale: scale,
            learningRate: parameters.learningRate(round: iterationCount))
        let tree = BinnedTree(grown, leafValues: values)
        if let bag {
            tree.add(
                to: scores + output * rows.count, within: bag.outside, of: matrix, pool: pool)
        }
        raiseGradientBound(by: values)
        trees.append(grown.model(leafValues: values, features: matrix.features))
        return tree
    }

    // MARK: Gradients in whole quanta

    /// Whether every tree sees all rows and may use every leaf's value to the nearest quantum, and
    /// none moves a row by more than the largest gradient.
    private static func canCarry(_ parameters: BoostingParameters) -> Bool {
        let rates = parameters.learningRateSchedule.map(\.learningRate)
        return (parameters.baggingFreq == 0 || parameters.baggingFraction == 1)
            && parameters.maxDeltaStep <= 0
            && (rates + [parameters.learningRate]).allSatisfy { $0 <= 1 }
    }

    private func growTree(carrying carrier: ResidualCarrier) -> BinnedTree {
        let index = trees.count
        let isActive = featureSampler.activeFeatures(round: index)
        // Adding up the leaves' histograms has to cost less than building one.
        let keepsHistograms =
            parameters.featureFraction == 1
            && parameters.numLeaves * grower.entryCount * 2 < rows.count * grower.columnCount
        let grown = grower.grow(
            NodeRows(all: store), sums: carrier.sums, scale: carrier.scale, isActive: isActive,
            index: index, rootHistogram: carrier.takeRootHistogram(),
            keepsHistograms: keepsHistograms)
        guard !grown.nodes.isEmpty else {
            trees.append(
                Tree(nodes: [], leafValues: [0], leafRowCounts: [Int64(rows.count)]))
            return BinnedTree(constant: 0)
        }
        let steps = renewer.move(
            packed, by: grown, quantum: carrier.quantum, scale: carrier.scale,
            learningRate: parameters.learningRate(round: iterationCount))
        carrier.add(
            steps, of: grown.leaves, entryCount: keepsHistograms ? grower.entryCount : nil)
        let values = steps.map { Double($0) * carrier.quantum.size }
        trees.append(grown.model(leafValues: values, features: matrix.features))
        if !carrier.isWithinBounds { stopCarrying() }
        return BinnedTree(grown, leafValues: values)
    }

    /// Goes on from the scores.
    private func stopCarrying() {
        guard let carrier else { return }
        carrier.writeScores(to: scores)
        self.carrier = nil
        if isBoundFollowed { gradientBound = Double(gradients.maxima(output: 0).gradient) }
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

    /// The first rounds see all rows, as in LightGBM: gradients say little before.
    private func drawSample(round: Int) {
        guard round >= Int(1 / parameters.learningRate) else { return }
        (bag, sample) = (nil, nil)
        (gradients.factors, renewer.factors) = (nil, nil)
        let buffer = buffers.take(byteCount: rows.count * 4)
        let magnitudes = buffer.address.bindMemory(to: Float.self, capacity: rows.count)
        gradients.magnitudes(into: magnitudes)
        let drawn = GradientSample(
            magnitudes: magnitudes, rowCount: rows.count, topRate: parameters.topRate,
            otherRate: parameters.otherRate,
            hash: CounterHash(seed: parameters.seed, purpose: .gradientSample, round: round),
            buffers: buffers)
        sample = drawn
        bag = drawn.bag
        gradients.factors = UnsafePointer(drawn.factors)
        renewer.factors = UnsafePointer(drawn.factors)
        withExtendedLifetime(buffer) {}
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

    // MARK: Bounds of gradients

    /// Objectives without bounds of their own, whose hessians are 1: a gradient moves by no more
    /// than its score does, so that a bound costs no pass over the rows.
    private var isBoundFollowed: Bool {
        objective.outputCount == 1 && objective.hasUnitHessian
            && objective.bounds(output: 0) == nil && parameters.sampleStrategy == .bagging
    }

    private func raiseGradientBound(by leafValues: [Double]) {
        guard isBoundFollowed else { return }
        let step = leafValues.reduce(0) { max($0, abs($1)) }
        // A little more, for the rounding of gradients to 32 bits.
        gradientBound = (gradientBound + weightMax * step) * (1 + 0x1p-20)
    }

    /// The scale of a tree's gradients, from bounds that hold for all its rows.
    private func scale(output: Int) -> GradientScale {
        if let bounds = objective.bounds(output: output), sample == nil {
            return GradientScale(
                packing: packing, gradientBound: Double(bounds.gradient) * weightMax,
                hessianBound: Double(bounds.hessian) * weightMax)
        }
        if isBoundFollowed {
            return GradientScale(
                packing: packing, gradientBound: gradientBound, hessianBound: weightMax)
        }
        let maxima = gradients.maxima(output: output)
        return GradientScale(
            packing: packing, gradientBound: Double(maxima.gradient),
            hessianBound: Double(maxima.hessian))
    }
}
