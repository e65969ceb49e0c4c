import CKernels
import Objectives
import Threads

/// Finds the values of a grown tree's leaves from the rows themselves, and adds them to the scores
/// of these rows.
final class LeafRenewer: @unchecked Sendable {
    // Sendable: workers write separate leaves and separate rows.
    private let objective: any Objective
    let rows: LabelledRows
    private let parameters: BoostingParameters
    private let packing: GradientPacking
    private let leafMath: LeafMath
    let pool: ThreadPool
    private let buffers: BufferPool
    /// (outputCount × rows)
    private let allScores: UnsafeMutablePointer<Double>
    /// (rows × words) see `Objective.prepareRound`.
    private let roundState: UnsafePointer<UInt64>?
    /// (rows) what gradients and hessians are multiplied by; nil for 1.
    var factors: UnsafePointer<Float>?

    /// Rows whose exact gradients are summed one after the other; the sums of such chunks are then
    /// added in order, so that the result does not depend on the threads.
    private static let chunkRowCount = 1_024
    /// Rows fetched ahead of their use.
    static let aheadCount = 16

    init(
        objective: any Objective, rows: LabelledRows, parameters: BoostingParameters,
        packing: GradientPacking, pool: ThreadPool, buffers: BufferPool,
        scores: UnsafeMutablePointer<Double>, roundState: UnsafePointer<UInt64>?
    ) {
        self.objective = objective
        self.rows = rows
        self.parameters = parameters
        self.packing = packing
        self.pool = pool
        self.buffers = buffers
        allScores = scores
        self.roundState = roundState
        leafMath = LeafMath(parameters)
    }

    /// - Parameter output: the raw score that the tree adds to.
    /// - Returns: (leaves) values, the learning rate included.
    func renew(
        _ tree: GrownTree, output: Int, scale: GradientScale, learningRate: Double
    ) -> [Double] {
        let leaves = tree.leaves
        let renewal = objective.leafRenewal(output: output)
        let isRenewed = leaves.map { leaf in
            switch renewal {
            case .residualQuantile: true
            // Quantised to 29 bits and a sign, sums are as exact as the gradients.
            case .newton: packing != .unit && !isSharp(leaf, output: output, scale)
            }
        }
        let target = Target(
            output: output, scores: allScores + output * rows.count,
            leafRows: listed(leaves) { isRenewed[$0] || !leaves[$0].rows.isMarkedInTable })
        // Workers take pieces of leaves, the same ones whatever their number.
        let pieces = LeafPiece.pieces(of: leaves.map(\.rows.count)).filter {
            target.leafRows[$0.leaf] != nil
        }
        var values: [Double]
        switch renewal {
        case .residualQuantile(let alpha):
            values = quantiles(alpha, target)
            if !parameters.monotoneConstraints.isEmpty {
                MonotoneProjection.apply(to: &values, of: tree)
            }
        case .newton:
            values = quantisedSteps(of: leaves, scale)
            if isRenewed.contains(true) {
                let exact = newtonSteps(
                    of: leaves, pieces: pieces.filter { isRenewed[$0.leaf] }, target)
                for leaf in leaves.indices where isRenewed[leaf] { values[leaf] = exact[leaf] }
            }
        }
        let shrunk = values.map { $0 * learningRate }
        addToScores(shrunk, pieces: pieces, target)
        addToScores(shrunk, ofMarked: leaves, target)
        return shrunk
    }

    /// Finds the values of a tree's leaves to the nearest quantum, and moves the gradients of their
    /// rows.
    /// - Parameter packed: (rows)
    /// - Returns: (leaves) values, the learning rate included, in quanta.
    func move(
        _ packed: UnsafeMutablePointer<Int64>, by tree: GrownTree, quantum: ResidualQuantum,
        scale: GradientScale, learningRate: Double
    ) -> [Int64] {
        let steps = quantisedSteps(of: tree.leaves, scale).map {
            quantum.quanta(nearest: $0 * learningRate)
        }
        let pieces = LeafPiece.pieces(of: tree.leaves.map(\.rows.count))
        let leafRows = listed(tree.leaves) { _ in true }
        let shift = Int64(packing.hessianBits)
        nonisolated(unsafe) let all = packed
        pool.forEach(count: pieces.count) { [self] range, _ in
            for piece in pieces[range] {
                let moved = steps[piece.leaf] << shift
                guard let listed = leafRows[piece.leaf] else { continue }
                overTableRows(piece.rows, of: listed) { rows, count in
                    for position in 0..<count {
                        martlet_prefetch(all + Int(rows[position &+ Self.aheadCount]))
                        all[Int(rows[position])] &+= moved
                    }
                }
            }
        }
        return steps
    }

    /// (leaves) the rows of those that are chosen by number.
    private func listed(
        _ leaves: [GrowingLeaf], _ isChosen: @escaping @Sendable (_ leaf: Int) -> Bool
    ) -> [ListedRows?] {
        let buffers = buffers
        return pool.map(count: leaves.count) { leaf, _ in
            isChosen(leaf) ? leaves[leaf].rows.listed(buffers: buffers) : nil
        }
    }

    /// The raw score in question, and the rows whose scores a tree changes.
    struct Target: @unchecked Sendable {
        // Sendable: workers write separate rows.
        let output: Int
        /// (rows)
        let scores: UnsafeMutablePointer<Double>
        /// (leaves) nil for leaves whose rows are only marked in the table.
        let leafRows: [ListedRows?]
    }

    /// Calls `body` with the table's rows of a stretch of a node, chunk by chunk; as many more as
    /// are fetched ahead may be read.
    func overTableRows(
        _ range: Range<Int>, of node: ListedRows,
        _ body: (_ rows: UnsafePointer<UInt32>, _ count: Int) -> Void
    ) {
        let capacity = Self.chunkRowCount + Self.aheadCount
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { memory in
            guard let rows = memory.baseAddress else { return }
            var start = range.lowerBound
            while start < range.upperBound {
                let end = min(start + Self.chunkRowCount, range.upperBound)
                // What lies ahead of the chunk is worth fetching already, where there is more.
                let ahead = min(end + Self.aheadCount, range.upperBound)
                node.copyTableRows(start..<ahead, into: rows)
                for position in (ahead - start)..<(end - start + Self.aheadCount) {
                    rows[position] = rows[0]
                }
                body(rows, end - start)
                start = end
            }
        }
    }

    // MARK: Newton steps

    /// Of a leaf's value, before the learning rate, from rounding its rows' gradients.
    private static let valueErrorMax = 0x1p-12

    /// Whether quantised sums give the leaf's value to within `valueErrorMax`, one standard
    /// deviation: the rounding of a row errs by the square root of 1/12 of a quantum.
    ///
    /// Never where gradients have no bounds: the scale of such scores is unknown. Elsewhere it is
    /// that of logarithms of odds, or the loss's own parameter.
    private func isSharp(_ leaf: GrowingLeaf, output: Int, _ scale: GradientScale) -> Bool {
        guard let bounds = objective.bounds(output: output) else { return false }
        let error = (Double(leaf.rows.count) / 12).squareRoot() * scale.gradient
        let errorMax = Self.valueErrorMax * Double(min(1, bounds.gradient))
        return error <= errorMax * Double(leaf.sums.hessian) * scale.hessian
    }

    private func quantisedSteps(of leaves: [GrowingLeaf], _ scale: GradientScale) -> [Double] {
        leaves.map { leaf in
            leafMath.value(
                gradient: Double(leaf.sums.gradient) * scale.gradient,
                hessian: Double(leaf.sums.hessian) * scale.hessian, l2: leaf.valueL2,
                rowCount: Double(leaf.rows.count), limits: leaf.limits)
        }
    }

    /// From exact gradients.
    private func newtonSteps(
        of leaves: [GrowingLeaf], pieces: [LeafPiece], _ target: Target
    ) -> [Double] {
        let sums = UnsafeMutableBufferPointer<(Double, Double)>.allocate(capacity: pieces.count)
        sums.initialize(repeating: (0, 0))
        defer { sums.deallocate() }
        nonisolated(unsafe) let results = sums
        pool.forEach(count: pieces.count) { [self] range, _ in
            for index in range {
                guard let listed = target.leafRows[pieces[index].leaf] else { continue }
                results[index] = exactSums(pieces[index].rows, of: listed, target)
            }
        }
        var ofLeaves = [(gradient: Double, hessian: Double)](
            repeating: (0, 0), count: leaves.count)
        for (piece, sum) in zip(pieces, sums) {
            ofLeaves[piece.leaf].gradient += sum.0
            ofLeaves[piece.leaf].hessian += sum.1
        }
        return zip(leaves, ofLeaves).map { leaf, sums in
            leafMath.value(
                gradient: sums.gradient, hessian: sums.hessian, l2: leaf.valueL2,
                rowCount: Double(leaf.rows.count), limits: leaf.limits)
        }
    }

    private func exactSums(
        _ range: Range<Int>, of node: ListedRows, _ target: Target
    ) -> (Double, Double) {
        let capacity = Self.chunkRowCount
        let wordCount = objective.roundStateWordCount
        let scratchCount = (3 + wordCount) * capacity
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { memory in
            guard let scratch = memory.baseAddress else { return (0, 0) }
            let state = UnsafeMutableRawPointer(scratch + 3 * capacity)
                .bindMemory(to: UInt64.self, capacity: wordCount * capacity)
            let floats = UnsafeMutableRawPointer(scratch + capacity)
                .bindMemory(to: Float.self, capacity: 4 * capacity)
            let gradients = floats + 2 * capacity
            let hessians = floats + 3 * capacity
            let gathered = GatheredRows(
                scores: scratch, labels: floats, weights: floats + capacity, state: state)
            var sums = (0.0, 0.0)
            overTableRows(range, of: node) { tableRows, count in
                gather(tableRows, count: count, of: target, into: gathered)
                let labelled = LabelledRows(
                    count: count, labels: floats,
                    weights: rows.weights.map { _ in UnsafePointer(gathered.weights) },
                    roundState: roundState.map { _ in UnsafePointer(state) },
                    roundStateWordCount: wordCount)
                objective.computeGradients(
                    labelled, output: target.output, scores: scratch, gradients: gradients,
                    hessians: hessians)
                if let factors {
                    for row in 0..<count {
                        gradients[row] *= factors[Int(tableRows[row])]
                        hessians[row] *= factors[Int(tableRows[row])]
                    }
                }
                for row in 0..<count {
                    sums.0 += Double(gradients[row])
                    sums.1 += Double(hessians[row])
                }
            }
            return sums
        }
    }

    /// (chunkRowCount) each, of state as many times its words: what the objective reads of rows
    /// that lie apart.
    private struct GatheredRows {
        let scores: UnsafeMutablePointer<Double>
        let labels: UnsafeMutablePointer<Float>
        let weights: UnsafeMutablePointer<Float>
        let state: UnsafeMutablePointer<UInt64>
    }

    private func gather(
        _ tableRows: UnsafePointer<UInt32>, count: Int, of target: Target,
        into gathered: GatheredRows
    ) {
        let (scores, labels) = (target.scores, rows.labels)
        for position in 0..<count {
            let ahead = Int(tableRows[position &+ Self.aheadCount])
            martlet_prefetch(scores + ahead)
            martlet_prefetch(labels + ahead)
            let row = Int(tableRows[position])
            gathered.scores[position] = scores[row]
            gathered.labels[position] = labels[row]
        }
        if let weights = rows.weights {
            for position in 0..<count {
                gathered.weights[position] = weights[Int(tableRows[position])]
            }
        }
        if let roundState {
            let wordCount = objective.roundStateWordCount
            for position in 0..<count {
                let row = Int(tableRows[position])
                for word in 0..<wordCount {
                    gathered.state[position &* wordCount &+ word] =
                        roundState[row &* wordCount &+ word]
                }
            }
        }
    }
}
