import Calibration
import TestSupport
import Testing

@Suite("IsotonicRegression")
struct IsotonicRegressionTests {
    /// The minimax formula: max over i ≤ k of min over j ≥ k of the mean of points i…j.
    private func naive(_ means: [(weight: Double, sum: Double)]) -> [Double] {
        means.indices.map { k in
            (0...k).map { i in
                (k..<means.count).map { j in
                    let part = means[i...j]
                    return part.map(\.sum).reduce(0, +) / part.map(\.weight).reduce(0, +)
                }.min() ?? 0
            }.max() ?? 0
        }
    }

    @Test("equals the minimax formula", arguments: 0..<40 as Range<UInt64>)
    func equalsNaive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2..<40, using: &random)
        let probabilities = (0..<count).map { _ in
            Double(Int.random(in: 0...12, using: &random)) / 12
        }
        var outcomes = (0..<count).map { _ in Double(Int.random(in: 0...1, using: &random)) }
        outcomes[0] = 0
        outcomes[1] = 1
        let weights = (0..<count).map { _ in Double.random(in: 0.1...3, using: &random) }
        let (inputs, outputs) = try IsotonicRegression.fit(
            probabilities: probabilities, outcomes: outcomes, weights: weights)
        let distinct = Set(probabilities).sorted()
        let expected = naive(
            distinct.map { value in
                let rows = probabilities.indices.filter { probabilities[$0] == value }
                return (
                    rows.map { weights[$0] }.reduce(0, +),
                    rows.map { weights[$0] * outcomes[$0] }.reduce(0, +)
                )
            })
        let margin = 0.5 / (weights.reduce(0, +) + 1)
        for (value, mean) in zip(distinct, expected) {
            let block = try #require(inputs.lastIndex { $0 <= value })
            let clipped = min(max(mean, margin), 1 - margin)
            #expect(isClose(outputs[block], clipped, absolute: 1e-12))
        }
        #expect(zip(inputs, inputs.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(outputs, outputs.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("one class alone is refused")
    func needsBothClasses() {
        #expect(throws: CalibrationError.self) {
            try IsotonicRegression.fit(probabilities: [0.1, 0.9], outcomes: [1, 1])
        }
        #expect(throws: CalibrationError.self) {
            try IsotonicRegression.fit(
                probabilities: [0.1, 0.9], outcomes: [0, 1], weights: [1, 0])
        }
        #expect(throws: CalibrationError.self) {
            try IsotonicRegression.fit(probabilities: [], outcomes: [])
        }
    }
}
