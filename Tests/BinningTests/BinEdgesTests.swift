import TestSupport
import Testing

@testable import Binning

@Suite("BinEdges")
struct BinEdgesTests {
    @Test("a value belongs to the first bound that is not below it")
    func valuesFallIntoTheirBins() {
        let edges = BinEdges(upperBounds: [-1, 0, 2.5], hasMissing: true)
        #expect(edges.binCount == 5)
        #expect(edges.bin(of: -.infinity) == 0)
        #expect(edges.bin(of: -1) == 0)
        #expect(edges.bin(of: (-1).nextUp) == 1)
        #expect(edges.bin(of: -0.0) == 1)
        #expect(edges.bin(of: 2.5) == 2)
        #expect(edges.bin(of: 2.6) == 3)
        #expect(edges.bin(of: .infinity) == 3)
        #expect(edges.bin(of: .nan) == 4)
    }

    @Test("without a bin for missing values they join the lowest")
    func missingJoinsTheLowest() {
        #expect(BinEdges(upperBounds: [0], hasMissing: false).bin(of: .nan) == 0)
    }

    @Test(
        "the kernel agrees with its twin", arguments: [0, 1, 2, 3, 7, 8, 15, 16, 100, 254, 1000])
    func kernelAgreesWithTwin(boundCount: Int) {
        var generator = SeededGenerator(seed: UInt64(boundCount))
        let bounds = Set((0..<boundCount).map { _ in Double.random(in: -1...1, using: &generator) })
        for hasMissing in [true, false] {
            let edges = BinEdges(upperBounds: bounds.sorted(), hasMissing: hasMissing)
            let search = BinSearch(.numeric(edges))
            for count in [0, 1, 7, 8, 9, 64, 65, 1000] {
                let values = (0..<count).map { index -> Double in
                    switch index % 7 {
                    case 0: .nan
                    case 1: bounds.randomElement(using: &generator) ?? 0
                    case 2: Bool.random(using: &generator) ? .infinity : -.infinity
                    default: Double.random(in: -1.2...1.2, using: &generator)
                    }
                }
                var bins = [UInt16](repeating: 0, count: count)
                values.withUnsafeBufferPointer { values in
                    bins.withUnsafeMutableBufferPointer { search.bin(values, into: $0) }
                }
                #expect(bins.map(Int.init) == values.map(edges.bin(of:)))
            }
        }
    }

    @Test("few values get a bin each, and bounds half way between them")
    func fewValuesGetABinEach() {
        let edges = find([1, 1, 1, 2, 2, 2, 4, 4, 4], maxBin: 255)
        #expect(edges.upperBounds == [1.5, 3])
    }

    @Test("bins hold at least minDataInBin values")
    func binsHoldEnough() {
        #expect(find([1, 2, 3, 4, 5, 6, 7], maxBin: 255).upperBounds == [3.5, 6.5])
    }

    @Test(
        "bounds separate neighbouring numbers",
        arguments: [0.1, 1e300, -Double.leastNonzeroMagnitude, 0])
    func boundsSeparateNeighbours(low: Double) {
        let high = low.nextUp
        let edges = find([low, low, low, high, high, high], maxBin: 255)
        #expect(edges.bin(of: low) == 0)
        #expect(edges.bin(of: high) == 1)
    }

    @Test("infinite values are ordinary ones")
    func infinitiesAreBinned() {
        let values = [-Double.infinity, 0, .infinity].flatMap { [$0, $0, $0] }
        let edges = find(values, maxBin: 255)
        #expect(values.map(edges.bin(of:)) == [0, 0, 0, 1, 1, 1, 2, 2, 2])
        let extremes = find(
            [Double](repeating: -.greatestFiniteMagnitude, count: 3)
                + [Double](repeating: .greatestFiniteMagnitude, count: 3), maxBin: 255)
        #expect(extremes.upperBounds == [0])
    }

    @Test("many values share the bins equally", arguments: [2, 16, 63, 255], [false, true])
    func manyValuesShareTheBins(maxBin: Int, hasMissing: Bool) {
        var generator = SeededGenerator(seed: 7)
        let values = (0..<10_000).map { _ in Double.random(in: 0...1, using: &generator) }.sorted()
        let edges = find(values, maxBin: maxBin, hasMissing: hasMissing)
        #expect(edges.binCount == max(maxBin, hasMissing ? 2 : 1))
        var counts = [Int](repeating: 0, count: edges.valueBinCount)
        for value in values { counts[edges.bin(of: value)] += 1 }
        let fair = values.count / edges.valueBinCount
        #expect(counts.allSatisfy { $0 >= fair / 2 && $0 <= fair * 2 })
    }

    @Test("a value that fills a bin shares it with less than half a fair bin")
    func frequentValuesStandAlone() {
        var generator = SeededGenerator(seed: 8)
        let spread = (0..<5_000).map { _ in Double.random(in: 0...1, using: &generator) }
        let values = (spread + [Double](repeating: 0.5, count: 5_000)).sorted()
        let edges = find(values, maxBin: 16)
        let bin = edges.bin(of: 0.5)
        let others = spread.filter { edges.bin(of: $0) == bin }
        #expect(2 * others.count <= spread.count / 15)
        #expect(edges.binCount > 12)
    }

    @Test("no values, or one, make one bin", arguments: [[], [3.0], [3.0, 3.0, 3.0]])
    func constantsMakeOneBin(values: [Double]) {
        #expect(find(values, maxBin: 255).binCount == 1)
        #expect(find(values, maxBin: 255, hasMissing: true).binCount == 2)
    }

    private func find(
        _ sorted: [Double], maxBin: Int, hasMissing: Bool = false
    ) -> BinEdges {
        var parameters = BinningParameters()
        parameters.maxBin = maxBin
        return BinEdges.find(sorted: sorted, hasMissing: hasMissing, parameters: parameters)
    }
}
