import Columns
import ObjectStores
import Testing

@testable import Jobs

@Suite("ValidationSplit")
struct ValidationSplitTests {
    @Test("the share of the rows is what was asked for", arguments: [0, 0.05, 0.2, 0.5, 0.9])
    func takesFraction(fraction: Double) {
        for seed in [0, 1, UInt64.max] {
            let split = ValidationSplit(fraction: fraction, seed: seed)
            let share = Double((0..<20_000).count { split.isValidation(row: $0) }) / 20_000
            // Four standard deviations of a binomial share.
            let tolerance = 4 * (fraction * (1 - fraction) / 20_000).squareRoot()
            #expect(abs(share - fraction) <= tolerance)
        }
    }

    @Test("another seed chooses other rows, the same seed the same")
    func dependsOnSeed() {
        func rows(_ seed: UInt64) -> [Int] {
            let split = ValidationSplit(fraction: 0.3, seed: seed)
            return (0..<1_000).filter { split.isValidation(row: $0) }
        }
        #expect(rows(1) == rows(1))
        #expect(rows(1) != rows(2))
    }

    @Test("a larger share contains a smaller one")
    func nests() {
        let small = ValidationSplit(fraction: 0.1, seed: 4)
        let large = ValidationSplit(fraction: 0.4, seed: 4)
        #expect(
            (0..<1_000).allSatisfy { !small.isValidation(row: $0) || large.isValidation(row: $0) })
    }
}
