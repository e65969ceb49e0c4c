import Binning
import Models
import Objectives
import Threads

/// The state of one training run over its rounds.
final class BoostingRun {
    let parameters: BoostingParameters
    let matrix: BinnedMatrix
    let objective: any Objective
    let rows: LabelledRows
    private let pool: ThreadPool
    private let buffers: BufferPool
    private let packing: GradientPacking
    private let weightMax: Double
    /// With all threads.
    let grower: OutputGrower
    /// (workers) for the outputs of a round side by side, a thread each; empty where one after the
    /// other is faster.
    private let sideGrowers: [OutputGrower]

    /// Prepares the trees of a round, where several outputs are faster together; nil where each
    /// tree begins with a pass of its own.
    private let rootPass: RootPass?

    /// (outputCount × rowCount) raw scores of the training rows.
    let scores: UnsafeMutablePointer<Double>
    private let scoreBuffer: PooledBuffer
    private let stateBuffer: PooledBuffer?

    /// (outputCount)
    let baseScores: [Double]
    /// (iterationCount × outputCount)
    var trees: [Tree] = []
    private var bag: RowBag?
    /// Keeps the factors alive that gradients are multiplied by.
    private var sample: GradientSample?
    /// At least the largest |gradient| of the coming round, where it is followed.
    var gradientBound = 0.0
    /// Holds the gradients in place of `scores`, which are then undefined; nil where it cannot.
    var carrier: ResidualCarrier?

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
        stateBuffer =
            objective.roundUnitCount(rows) > 0
            ? buffers.take(byteCount: rows.count * objective.roundStateWordCount * 8 + 64) : nil
        let roundState = stateBuffer.map {
            $0.address.bindMemory(
                to: UInt64.self, capacity: rows.count * objective.roundStateWordCount)
        }
        let setting = OutputGrower.Setting(
            parameters: parameters, matrix: matrix, objective: objective, rows: rows,
            packing: packing, weightMax: weightMax, buffers: buffers, scores: scores,
            roundState: roundState)
        grower = OutputGrower(setting, pool: pool)
        let memory = WorkingMemory(
            rowCount: rows.count, layout: matrix.layout, objective: objective,
            parameters: parameters, threadCount: pool.threadCount)
        // Threads that share out a tree wait for each other at every node.
        let isSideBySide =
            pool.threadCount > 1 && objective.outputCount >= pool.threadCount
            && workingByteCountMax >= memory.byteCountMin + memory.sideBySideByteCount
        sideGrowers = isSideBySide ? Self.makeSideGrowers(setting, pool.threadCount) : []
        rootPass = Self.makeRootPass(
            setting, memory, pool: pool,
            spareByteCount: workingByteCountMax - memory.byteCountMin
                - (isSideBySide ? memory.sideBySideByteCount : 0))
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
                quantum, rows: rows, packing: packing, packed: grower.packed, pool: pool,
                buffers: buffers)
            return
        }
        ScoreBoard.fill(
            UnsafeMutableBufferPointer(start: scores, count: scoreCount), rowCount: rows.count,
            baseScores: baseScores, startScores: startScores)
        if isBoundFollowed { gradientBound = Double(grower.gradients.maxima(output: 0).gradient) }
    }

    private static func makeSideGrowers(
        _ setting: OutputGrower.Setting, _ count: Int
    ) -> [OutputGrower] {
        (0..<count).map { _ in OutputGrower(setting, pool: ThreadPool(threadCount: 1)) }
    }

    /// - Parameter spareByteCount: that it may take.
    private static func makeRootPass(
        _ setting: OutputGrower.Setting, _ memory: WorkingMemory, pool: ThreadPool,
        spareByteCount: Int
    ) -> RootPass? {
        guard memory.rootPassByteCount > 0, spareByteCount >= memory.rootPassByteCount else {
            return nil
        }
        return RootPass(setting, layout: HistogramLayout(setting.matrix.layout), pool: pool)
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
                gradientBound = Double(grower.gradients.maxima(output: 0).gradient)
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
        if rootPass?.preparesRound != true { grower.gradients.prepareRound() }
        if parameters.sampleStrategy == .goss { drawSample(round: round) }
        let before = trees.count
        let grown = carrier.map { [growTree(carrying: $0)] } ?? growTrees(round: round)
        guard trees[before...].contains(where: { !$0.nodes.isEmpty }) else {
            trees.removeLast(trees.count - before)
            return nil
        }
        return grown
    }

    /// From the scores, a tree of each output.
    private func growTrees(round: Int) -> [BinnedTree] {
        let firstIndex = trees.count
        let blocks = rootPass?.blocks ?? [0..<objective.outputCount]
        let grown = blocks.flatMap { outputs -> [OutputGrower.Grown] in
            let roots = rootPass?.run(outputs, firstIndex: firstIndex + outputs.lowerBound)
            let requests = outputs.map { output in
                OutputGrower.Request(
                    output: output, index: firstIndex + output,
                    learningRate: parameters.learningRate(round: round), bag: bag,
                    isSampled: sample != nil,
                    gradientBound: isBoundFollowed ? gradientBound : nil,
                    root: roots?[output - outputs.lowerBound])
            }
            return sideGrowers.isEmpty
                ? requests.map(grower.grow) : growSideBySide(requests)
        }
        if isBoundFollowed { gradientBound = grown[0].gradientMax }
        for result in grown {
            if !result.tree.nodes.isEmpty { raiseGradientBound(by: result.tree.leafValues) }
            trees.append(result.tree)
        }
        return grown.map(\.binned)
    }

    private func growSideBySide(_ requests: [OutputGrower.Request]) -> [OutputGrower.Grown] {
        let growers = sideGrowers
        // A last tree that one thread would grow while the others wait is grown by all.
        let lastCount = requests.count % pool.threadCount == 1 ? 1 : 0
        let grown = pool.map(count: requests.count - lastCount) {
            growers[$1].grow(requests[$0])
        }
        return grown + requests.suffix(lastCount).map(grower.grow)
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
        for grower in [grower] + sideGrowers { grower.multiply(by: nil) }
        let buffer = buffers.take(byteCount: rows.count * 4)
        let magnitudes = buffer.address.bindMemory(to: Float.self, capacity: rows.count)
        grower.gradients.magnitudes(into: magnitudes)
        let drawn = GradientSample(
            magnitudes: magnitudes, rowCount: rows.count, topRate: parameters.topRate,
            otherRate: parameters.otherRate,
            hash: CounterHash(seed: parameters.seed, purpose: .gradientSample, round: round),
            buffers: buffers)
        sample = drawn
        bag = drawn.bag
        for grower in [grower] + sideGrowers { grower.multiply(by: UnsafePointer(drawn.factors)) }
        withExtendedLifetime(buffer) {}
    }

    // MARK: Bounds of gradients

    /// Objectives without bounds of their own, whose hessians are 1: a gradient moves by no more
    /// than its score does, so that a bound costs no pass over the rows.
    var isBoundFollowed: Bool {
        objective.outputCount == 1 && objective.hasUnitHessian
            && objective.bounds(output: 0) == nil && parameters.sampleStrategy == .bagging
    }

    private func raiseGradientBound(by leafValues: [Double]) {
        guard isBoundFollowed else { return }
        let step = leafValues.reduce(0) { max($0, abs($1)) }
        // A little more, for the rounding of gradients to 32 bits.
        gradientBound = (gradientBound + weightMax * step) * (1 + 0x1p-20)
    }
}
