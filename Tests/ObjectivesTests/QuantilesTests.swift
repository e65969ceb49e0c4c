import TestSupport
import Testing

@testable import Objectives

@Suite("Quantiles")
struct QuantilesTests {
    @Test("selection agrees with sorting", arguments: 0..<30 as Range<UInt64>)
    func selectionAgreesWithSorting(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for count in [1, 2, 3, 7, 8, 9, 100] {
            let levels = Int.random(in: 1...count, using: &generator)
            let values = (0..<count).map { _ in
                Double(Int.random(in: 0..<levels, using: &generator))
            }
            for rank in 0..<count {
                var copy = values
                let selected = copy.withUnsafeMutableBufferPointer {
                    Quantiles.select(rank, in: $0)
                }
                #expect(selected == values.sorted()[rank])
                #expect(copy.sorted() == values.sorted())
            }
        }
    }

    @Test(
        "quantiles agree with their definition on sorted values",
        arguments: [0.05, 0.1, 0.5, 0.9, 0.99])
    func quantilesAgreeWithTheirDefinition(alpha: Double) {
        var generator = SeededGenerator(seed: 4)
        for count in 1...60 {
            var values = (0..<count).map { _ in Double.random(in: -9...9, using: &generator) }
            let falling = values.sorted(by: >)
            let position = (1 - alpha) * Double(count - 1)
            let whole = Int(position)
            let (upper, lower) = (falling[whole], falling[min(whole + 1, count - 1)])
            let expected = upper - (upper - lower) * (position - Double(whole))
            #expect(Quantiles.quantile(alpha, of: &values) == expected)
        }
    }

    @Test("nothing and one value")
    func fewValues() {
        var none: [Double] = []
        #expect(Quantiles.quantile(0.5, of: &none) == 0)
        #expect(Quantiles.weightedQuantile(0.5, of: []) == 0)
        #expect(Quantiles.weightedQuantile(0.5, of: [(3, 2)]) == 3)
    }

    @Test("weights pull a weighted quantile")
    func weightsPull() {
        let values = (0..<100).map { (value: Double($0), weight: $0 < 50 ? 0.1 : 10) }
        #expect(Quantiles.weightedQuantile(0.5, of: values) > 70)
    }
}
