import Objectives
import Threads

/// Finds the values of a grown tree's leaves from the rows themselves, and adds them to the scores
/// of these rows.
final class LeafRenewer: @unchecked Sendable {
    // Sendable: workers write separate leaves and separate rows.
    private let objective: any Objective
    private let rows: LabelledRows
    private let parameters: BoostingParameters
    private let packing: GradientPacking
    private let leafMath: LeafMath
    private let pool: ThreadPool
    private let scores: UnsafeMutablePointer<Double>

    /// Rows whose exact gradients are summed one after the other; the sums of such chunks are then
    /// added in order, so that the result does not depend on the threads.
    private static let chunkRowCount = 1_024

    init(
        objective: any Objective, rows: LabelledRows, parameters: BoostingParameters,
        packing: GradientPacking, pool: ThreadPool, scores: UnsafeMutablePointer<Double>
    ) {
        self.objective = objective
        self.rows = rows
        self.parameters = parameters
        self.packing = packing
        self.pool = pool
        self.scores = scores
        leafMath = LeafMath(parameters)
    }

    /// - Returns: (leaves) values, the learning rate included.
    func renew(_ leaves: [GrowingLeaf], scale: GradientScale) -> [Double] {
        // Workers take pieces of leaves, the same ones whatever their number.
        let pieces = LeafPiece.pieces(of: leaves.map(\.rows.count))
        let values: [Double]
        switch objective.leafRenewal {
        case .residualQuantile(let alpha):
            values = quantiles(alpha, of: leaves)
        case .newton where packing == .unit:
            // Quantised to 29 bits and a sign, sums are as exact as the gradients.
            values = leaves.map { leaf in
                leafMath.value(
                    gradient: Double(leaf.sums.gradient) * scale.gradient,
                    hessian: Double(leaf.sums.hessian) * scale.hessian, l2: leaf.valueL2)
            }
        case .newton:
            values = newtonSteps(of: leaves, pieces: pieces)
        }
        let shrunk = values.map { $0 * parameters.learningRate }
        addToScores(shrunk, leaves: leaves, pieces: pieces)
        return shrunk
    }

    private func addToScores(_ values: [Double], leaves: [GrowingLeaf], pieces: [LeafPiece]) {
        pool.forEach(count: pieces.count) { [self] range, _ in
            let scores = self.scores
            for piece in pieces[range] {
                let rows = leaves[piece.leaf].rows
                let value = values[piece.leaf]
                switch (rows.indices, rows.store.tableRows) {
                case (nil, nil):
                    for row in piece.rows { scores[row] += value }
                case (let indices?, nil):
                    for row in piece.rows { scores[Int(indices[row])] += value }
                case (nil, let tableRows?):
                    for row in piece.rows { scores[Int(tableRows[row])] += value }
                case (let indices?, let tableRows?):
                    for row in piece.rows { scores[Int(tableRows[Int(indices[row])])] += value }
                }
            }
        }
    }

    // MARK: Newton steps from exact gradients

    private func newtonSteps(of leaves: [GrowingLeaf], pieces: [LeafPiece]) -> [Double] {
        let sums = UnsafeMutableBufferPointer<(Double, Double)>.allocate(capacity: pieces.count)
        sums.initialize(repeating: (0, 0))
        defer { sums.deallocate() }
        nonisolated(unsafe) let results = sums
        pool.forEach(count: pieces.count) { [self] range, _ in
            for index in range {
                results[index] = exactSums(pieces[index].rows, of: leaves[pieces[index].leaf].rows)
            }
        }
        var ofLeaves = [(gradient: Double, hessian: Double)](
            repeating: (0, 0), count: leaves.count)
        for (piece, sum) in zip(pieces, sums) {
            ofLeaves[piece.leaf].gradient += sum.0
            ofLeaves[piece.leaf].hessian += sum.1
        }
        return zip(leaves, ofLeaves).map { leaf, sums in
            leafMath.value(gradient: sums.gradient, hessian: sums.hessian, l2: leaf.valueL2)
        }
    }

    private func exactSums(_ range: Range<Int>, of node: NodeRows) -> (Double, Double) {
        let capacity = Self.chunkRowCount
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * capacity) { memory in
            guard let scratch = memory.baseAddress else { return (0, 0) }
            let floats = UnsafeMutableRawPointer(scratch + capacity)
                .bindMemory(to: Float.self, capacity: 4 * capacity)
            var sums = (0.0, 0.0)
            var start = range.lowerBound
            while start < range.upperBound {
                let count = min(capacity, range.upperBound - start)
                gather(start..<(start + count), of: node, scores: scratch, floats: floats)
                let gathered = LabelledRows(
                    count: count, labels: floats,
                    weights: rows.weights.map { _ in UnsafePointer(floats + capacity) })
                let gradients = floats + 2 * capacity
                let hessians = floats + 3 * capacity
                objective.computeGradients(
                    gathered, scores: scratch, gradients: gradients, hessians: hessians)
                for row in 0..<count {
                    sums.0 += Double(gradients[row])
                    sums.1 += Double(hessians[row])
                }
                start += count
            }
            return sums
        }
    }

    /// - Parameter floats: labels from 0 on, weights from `chunkRowCount` on.
    private func gather(
        _ range: Range<Int>, of node: NodeRows, scores target: UnsafeMutablePointer<Double>,
        floats: UnsafeMutablePointer<Float>
    ) {
        let weights = floats + Self.chunkRowCount
        for (position, row) in range.enumerated() {
            let tableRow = node.tableRow(row)
            target[position] = scores[tableRow]
            floats[position] = rows.labels[tableRow]
            if let ofRows = rows.weights { weights[position] = ofRows[tableRow] }
        }
    }

    // MARK: Quantiles of residuals

    private func quantiles(_ alpha: Double, of leaves: [GrowingLeaf]) -> [Double] {
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: leaves.count)
        values.initialize(repeating: 0)
        defer { values.deallocate() }
        nonisolated(unsafe) let results = values
        pool.forEach(count: leaves.count) { [self] range, _ in
            for leaf in range { results[leaf] = quantile(alpha, of: leaves[leaf].rows) }
        }
        return Array(values)
    }

    private func quantile(_ alpha: Double, of node: NodeRows) -> Double {
        var residuals = [Double](repeating: 0, count: node.count)
        for position in 0..<node.count {
            let row = node.tableRow(position)
            residuals[position] = Double(rows.labels[row]) - scores[row]
        }
        guard let weights = rows.weights else { return Quantiles.quantile(alpha, of: &residuals) }
        let pairs = residuals.indices.map { position in
            (value: residuals[position], weight: Double(weights[node.tableRow(position)]))
        }
        return Quantiles.weightedQuantile(alpha, of: pairs)
    }
}

/// A stretch of one leaf's rows.
struct LeafPiece: Hashable, Sendable {
    let leaf: Int
    let rows: Range<Int>

    /// Rows of a piece at most.
    private static let rowCountMax = 8_192

    /// The pieces of all leaves, in order.
    static func pieces(of rowCounts: [Int]) -> [LeafPiece] {
        var pieces: [LeafPiece] = []
        for (leaf, rowCount) in rowCounts.enumerated() {
            for start in stride(from: 0, to: rowCount, by: rowCountMax) {
                pieces.append(
                    LeafPiece(leaf: leaf, rows: start..<min(start + rowCountMax, rowCount)))
            }
        }
        return pieces
    }
}
