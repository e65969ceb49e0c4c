import Binning
import TestSupport
import Testing

@testable import Trees

@Suite("Sampling")
struct SamplingTests {
    @Test("a bag and its rest are all rows, in the share asked for", arguments: [0.05, 0.5, 0.8])
    func bagAndRestAreAllRows(fraction: Double) {
        let rowCount = 20_001
        let bag = RowBag(
            rowCount: rowCount, fraction: fraction,
            hash: CounterHash(seed: 1, purpose: .bagging, round: 3), buffers: BufferPool())
        let inside = bag.inside.rows(count: rowCount)
        let outside = bag.outside.rows(count: rowCount)
        #expect(inside.count == bag.insideCount && outside.count == bag.outsideCount)
        #expect((inside + outside).sorted() == Array(0..<rowCount))
        // Five standard deviations.
        let deviation = (20_000 * fraction * (1 - fraction)).squareRoot()
        #expect(abs(Double(inside.count) - 20_000 * fraction) < 5 * deviation)
    }

    @Test("streams differ by seed, purpose and round")
    func streamsDiffer() {
        let streams = [
            CounterHash(seed: 1, purpose: .bagging, round: 0),
            CounterHash(seed: 2, purpose: .bagging, round: 0),
            CounterHash(seed: 1, purpose: .features, round: 0),
            CounterHash(seed: 1, purpose: .bagging, round: 1),
        ]
        #expect(Set(streams.map { $0[0] }).count == 4)
        #expect(Set((0..<1_000).map { streams[0][$0] }).count == 1_000)
    }

    @Test("features are drawn by share, at least one", arguments: [(0.01, 1), (0.5, 4), (1, 8)])
    func featuresAreDrawn(fraction: Double, count: Int) {
        var features = (0..<8).map { _ in
            FeatureBins.numeric(BinEdges(upperBounds: [0], hasMissing: false))
        }
        features.append(.numeric(BinEdges(upperBounds: [], hasMissing: false)))
        var parameters = BoostingParameters()
        parameters.featureFraction = fraction
        let sampler = FeatureSampler(features: features, parameters: parameters)
        var drawn: Set<Int> = []
        for round in 0..<200 {
            let isActive = sampler.activeFeatures(round: round)
            #expect(isActive.count { $0 } == count)
            #expect(!isActive[8])
            drawn.formUnion(isActive.indices.filter { isActive[$0] })
        }
        #expect(drawn == Set(0..<8))
    }

    @Test("leaves leave the queue by gain, then by age", arguments: 0..<10 as Range<UInt64>)
    func leavesLeaveInOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = LeafQueue(.lossguide)
        let gains = (0..<200).map { _ in Double(Int.random(in: 0...50, using: &generator)) }
        for (leaf, gain) in gains.enumerated() {
            queue.insert(leaf: leaf, gain: gain, depth: leaf % 7)
        }
        var order: [Int] = []
        while let leaf = queue.popBest() { order.append(leaf) }
        #expect(order == gains.indices.sorted { (-gains[$0], $0) < (-gains[$1], $1) })
        var byLevel = LeafQueue(.depthwise)
        for (leaf, gain) in gains.enumerated() {
            byLevel.insert(leaf: leaf, gain: gain, depth: leaf % 7)
        }
        order = []
        while let leaf = byLevel.popBest() { order.append(leaf) }
        #expect(
            order == gains.indices.sorted { ($0 % 7, -gains[$0], $0) < ($1 % 7, -gains[$1], $1) })
    }
}

extension RowMask {
    /// The rows of the set, of as many as it is about.
    func rows(count: Int) -> [Int] {
        (0..<count).filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }
}
