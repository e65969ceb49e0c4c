/// How often an outcome came true beside how probable it was said to be, in bins of equal width.
package struct ReliabilityTable: Hashable, Sendable {
    package struct Bin: Hashable, Sendable {
        /// The bin holds probabilities from here (included)…
        package var lower: Double
        /// … to here; included in the last bin only.
        package var upper: Double
        package var rowCount = 0
        package var weight = 0.0
        fileprivate var probabilitySum = 0.0
        fileprivate var outcomeSum = 0.0

        /// NaN for an empty bin.
        package var meanProbability: Double { probabilitySum / weight }
        package var outcomeRate: Double { outcomeSum / weight }
    }

    package private(set) var bins: [Bin]

    package init(binCount: Int = 10) {
        precondition(binCount > 0)
        bins = (0..<binCount).map {
            Bin(
                lower: Double($0) / Double(binCount), upper: Double($0 + 1) / Double(binCount))
        }
    }

    /// - Parameters:
    ///   - probability: in 0...1; anything else is not counted.
    ///   - outcome: 0 or 1.
    package mutating func add(probability: Double, outcome: Double, weight: Double = 1) {
        guard probability >= 0, probability <= 1 else { return }
        let index = min(Int(probability * Double(bins.count)), bins.count - 1)
        bins[index].rowCount += 1
        bins[index].weight += weight
        bins[index].probabilitySum += weight * probability
        bins[index].outcomeSum += weight * outcome
    }

    /// Mean distance between probability and rate, bins weighted by their rows (Naeini, Cooper
    /// and Hauskrecht 2015); NaN without rows.
    package var expectedError: Double {
        var total = 0.0
        var sum = 0.0
        for bin in bins where bin.weight > 0 {
            total += bin.weight
            sum += abs(bin.probabilitySum - bin.outcomeSum)
        }
        return sum / total
    }
}
