/// The monotone curve that fits outcomes best (Zadrozny and Elkan 2002).
package enum IsotonicRegression {
    /// Pools adjacent violators.
    /// - Parameters:
    ///   - probabilities: (rows) in 0...1.
    ///   - outcomes: (rows) 0 or 1.
    ///   - weights: (rows), not negative; nil counts every row as 1.
    /// - Returns: the corners of the curve, to be joined by straight lines: inputs ascending,
    ///   outputs not descending, and half a row away from 0 and 1.
    /// - Throws: `outOfSpec` without rows of both outcomes.
    /// - Complexity: O(rows log rows). Equal probabilities are one point, so the curve does not
    ///   depend on the order of the rows but for rounding.
    package static func fit(
        probabilities: [Double], outcomes: [Double], weights: [Double]? = nil
    ) throws(CalibrationError) -> (inputs: [Double], outputs: [Double]) {
        precondition(probabilities.count == outcomes.count)
        try CalibrationOutcomes.check(outcomes, weights)
        var blocks: [Block] = []
        for point in points(probabilities, outcomes, weights) {
            blocks.append(point)
            while blocks.count > 1, blocks[blocks.count - 2].mean >= blocks[blocks.count - 1].mean {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].merge(last)
            }
        }
        // Rows that all came out alike do not make another outcome impossible: half a row of it.
        let margin = 0.5 / (blocks.reduce(0) { $0 + $1.weight } + 1)
        var inputs: [Double] = []
        var outputs: [Double] = []
        for block in blocks {
            let output = min(max(block.mean, margin), 1 - margin)
            inputs.append(block.first)
            outputs.append(output)
            if block.last > block.first {
                inputs.append(block.last)
                outputs.append(output)
            }
        }
        return (inputs, outputs)
    }

    /// Neighbouring probabilities that share one output.
    private struct Block {
        var first: Double
        var last: Double
        var weight: Double
        var sum: Double

        var mean: Double { sum / weight }

        mutating func merge(_ next: Block) {
            last = next.last
            weight += next.weight
            sum += next.sum
        }
    }

    /// One block for each different probability, ascending.
    private static func points(
        _ probabilities: [Double], _ outcomes: [Double], _ weights: [Double]?
    ) -> [Block] {
        let order = probabilities.indices.filter { (weights?[$0] ?? 1) > 0 }.sorted {
            probabilities[$0] != probabilities[$1]
                ? probabilities[$0] < probabilities[$1] : $0 < $1
        }
        var points: [Block] = []
        for row in order {
            let weight = weights?[row] ?? 1
            let point = Block(
                first: probabilities[row], last: probabilities[row], weight: weight,
                sum: weight * outcomes[row])
            if let last = points.last, last.first == point.first {
                points[points.count - 1].merge(point)
            } else {
                points.append(point)
            }
        }
        return points
    }
}
