import CKernels

/// Ranks the rows of each query: LightGBM's `lambdarank`. Labels are grades of relevance, whole
/// numbers from 0.
///
/// Each pair of rows of unequal grades pushes its scores apart, as hard as exchanging them would
/// change the NDCG (Burges 2010, "From RankNet to LambdaRank to LambdaMART"), with LightGBM's
/// normalisation.
package struct LambdaRank: Objective {
    package struct Parameters: Hashable, Sendable {
        /// Ranks from the top of which one of a pair must be: 1 or more.
        package var truncationLevel = 30
        /// Whether gradients are normalised by score distance and query.
        package var isNormalised = true
        /// Steepness of the sigmoid: greater than 0.
        package var sigmoid = 1.0
        /// What each grade is worth, not falling; empty for 2^grade - 1 up to grade 30.
        package var labelGain: [Double] = []

        package init() {}
    }

    package let parameters: Parameters
    /// By grade.
    let gains: [Double]
    private var queries: QueryGroups?
    /// (queries) 1 / the best DCG that the grades allow; 0 where all grades are 0.
    private var inverseDCGMax: [Double] = []
    /// 1 / log2(2 + rank), of the ranks that any query has.
    private var discounts: [Double] = []

    package init(_ parameters: Parameters = Parameters()) {
        self.parameters = parameters
        gains =
            parameters.labelGain.isEmpty
            ? (0...30).map { Double((1 << $0) - 1) } : parameters.labelGain
    }

    package var name: String { "lambdarank" }

    package func validate() throws(ObjectiveError) {
        guard parameters.truncationLevel >= 1 else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter lambdarank_truncation_level is \(parameters.truncationLevel); it must "
                    + "be 1 or more.")
        }
        guard parameters.sigmoid > 0, parameters.sigmoid.isFinite else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter sigmoid is \(parameters.sigmoid); it must be greater than 0.")
        }
        let isRising = zip(gains, gains.dropFirst()).allSatisfy { $0 <= $1 }
        guard gains.allSatisfy({ $0 >= 0 && $0 < 1e30 }), isRising else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter label_gain must be numbers of 0 or more that do not fall.")
        }
    }

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {
        guard rows.queries != nil else {
            throw ObjectiveError(
                .invalidParameter,
                "The objective lambdarank needs the query of each row: name its column with query.")
        }
        for row in 0..<rows.count {
            let label = rows.labels[row]
            guard label >= 0, label < Float(gains.count), label == label.rounded() else {
                throw ObjectiveError(
                    .invalidData,
                    "The label of row \(row) is \(label); the objective lambdarank needs whole "
                        + "numbers from 0 to \(gains.count - 1). More grades need label_gain.")
            }
        }
    }

    package func fitted(to rows: LabelledRows) -> any Objective {
        guard let queries = rows.queries else { return self }
        var objective = self
        objective.queries = queries
        let rowCountMax = (0..<queries.count).reduce(0) { largest, query in
            max(largest, queries.starts[query + 1] - queries.starts[query])
        }
        let logOf2 = martlet_log(2)
        let discounts = (0..<rowCountMax).map { logOf2 / martlet_log(2 + Double($0)) }
        objective.discounts = discounts
        objective.inverseDCGMax = (0..<queries.count).map { query in
            var gradeCounts = [Int](repeating: 0, count: gains.count)
            for position in queries.starts[query]..<queries.starts[query + 1] {
                gradeCounts[Int(rows.labels[Int(queries.rows[position])])] += 1
            }
            var best = 0.0
            var rank = 0
            for grade in gains.indices.reversed() {
                for _ in 0..<gradeCounts[grade] where rank < parameters.truncationLevel {
                    best += gains[grade] * discounts[rank]
                    rank += 1
                }
            }
            return best > 0 ? 1 / best : 0
        }
        return objective
    }

    package func initialScores(_ rows: LabelledRows) -> [Double] { [0] }

    package func roundUnitCount(_ rows: LabelledRows) -> Int { queries?.count ?? 0 }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        guard let state = rows.roundState else { preconditionFailure("a round is prepared") }
        for row in 0..<rows.count {
            let weight = rows.weights.map { $0[row] } ?? 1
            gradients[row] = Float(bitPattern: UInt32(truncatingIfNeeded: state[row])) * weight
            hessians[row] = Float(bitPattern: UInt32(truncatingIfNeeded: state[row] >> 32)) * weight
        }
    }

    /// Writes each row's gradient (lower half) and hessian (upper half), without its weight.
    package func prepareRound(
        _ units: Range<Int>, rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>
    ) {
        guard let queries else { preconditionFailure("fitted to its rows") }
        let capacity = units.reduce(0) { largest, query in
            max(largest, queries.starts[query + 1] - queries.starts[query])
        }
        var scratch = RankedQuery(capacity: capacity)
        for query in units {
            let range = queries.starts[query]..<queries.starts[query + 1]
            queries.rows.withUnsafeBufferPointer { all in
                let members = UnsafeBufferPointer(rebasing: all[range])
                scratch.fill(members, labels: rows.labels, scores: scores)
                addPairs(of: &scratch, inverseDCGMax: inverseDCGMax[query])
                for (rank, order) in scratch.order[..<range.count].enumerated() {
                    let gradient = UInt64(scratch.gradients[rank].bitPattern)
                    let hessian = UInt64(scratch.hessians[rank].bitPattern)
                    state[Int(members[Int(order)])] = hessian << 32 | gradient
                }
            }
        }
    }

    private func addPairs(of query: inout RankedQuery, inverseDCGMax: Double) {
        let count = query.count
        guard count > 1, inverseDCGMax > 0 else { return }
        let sigmoid = parameters.sigmoid
        let isScaled =
            parameters.isNormalised && query.scores[0] != query.scores[count - 1]
        var sum = 0.0
        for upper in 0..<min(count - 1, parameters.truncationLevel) {
            for lower in (upper + 1)..<count where query.grades[upper] != query.grades[lower] {
                let isInOrder = query.grades[upper] > query.grades[lower]
                let (high, low) = isInOrder ? (upper, lower) : (lower, upper)
                let distance = query.scores[high] - query.scores[low]
                let gap = gains[query.grades[high]] - gains[query.grades[low]]
                var change = gap * abs(discounts[high] - discounts[low]) * inverseDCGMax
                // The constant is a float, as LightGBM writes it.
                if isScaled { change /= Double(0.01 as Float) + abs(distance) }
                let slope = 1 / (1 + martlet_exp(sigmoid * distance))
                let push = Float(-sigmoid * change * slope)
                let curvature = Float(sigmoid * sigmoid * change * slope * (1 - slope))
                query.gradients[high] += push
                query.gradients[low] -= push
                query.hessians[high] += curvature
                query.hessians[low] += curvature
                sum += 2 * sigmoid * change * slope
            }
        }
        guard parameters.isNormalised, sum > 0 else { return }
        let factor = martlet_log(1 + sum) / martlet_log(2) / sum
        for rank in 0..<count {
            query.gradients[rank] = Float(Double(query.gradients[rank]) * factor)
            query.hessians[rank] = Float(Double(query.hessians[rank]) * factor)
        }
    }
}
