import CKernels
import TestSupport
import Testing

@Suite("martlet_centre_values")
struct CentreTests {
    private struct Outcome: Equatable {
        var output: [UInt64]
        var missingCount = 0
        var minimum = Double.infinity
        var maximum = -Double.infinity
    }

    private func centre(_ values: [Double], roots: [Double], shift: Double) -> Outcome {
        var output = [Double](repeating: .nan, count: values.count)
        var tally = martlet_value_tally()
        tally.minimum = .infinity
        tally.maximum = -.infinity
        martlet_centre_values(values, roots, values.count, shift, &output, &tally)
        return Outcome(
            output: output.map(\.bitPattern), missingCount: Int(tally.missing_count),
            minimum: tally.minimum, maximum: tally.maximum)
    }

    private func centreNaive(_ values: [Double], roots: [Double], shift: Double) -> Outcome {
        var outcome = Outcome(output: [])
        for (value, root) in zip(values, roots) {
            outcome.output.append((value.isNaN ? 0 : (value - shift) * root).bitPattern)
            outcome.missingCount += value.isNaN ? 1 : 0
            guard !value.isNaN else { continue }
            outcome.minimum = min(outcome.minimum, value)
            outcome.maximum = max(outcome.maximum, value)
        }
        return outcome
    }

    @Test(
        "equals its naive twin", arguments: [0, 1, 7, 8, 9, 16, 100, 2047] as [Int],
        [0, 0.3, 1] as [Double])
    func equalsTwin(count: Int, missingShare: Double) {
        var random = SeededGenerator(seed: UInt64(count))
        let values = (0..<count).map { _ in
            Double.random(in: 0..<1, using: &random) < missingShare
                ? .nan : Double.random(in: -9...9, using: &random)
        }
        let roots = (0..<count).map { _ in Double.random(in: 0.1...2, using: &random) }
        #expect(
            centre(values, roots: roots, shift: 0.7)
                == centreNaive(values, roots: roots, shift: 0.7))
    }

    @Test("infinite values show in the extremes", arguments: [0, 5, 8, 12] as [Int])
    func infinities(place: Int) {
        for value in [Double.infinity, -.infinity] {
            var values = [Double](repeating: 1, count: 13)
            values[place] = value
            let outcome = centre(values, roots: values.map { _ in 1 }, shift: 0)
            #expect(outcome.minimum == min(value, 1) && outcome.maximum == max(value, 1))
        }
    }
}
