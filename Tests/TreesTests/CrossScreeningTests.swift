import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Pairs of categories")
struct CrossScreeningTests {
    /// Four features of 20 categories; what the target is of them.
    private func pairs(
        seed: UInt64, rowCount: Int = 20_000, isShare: Bool = false, threadCount: Int = 2,
        target: (_ codes: [Int], _ noise: Double) -> Double
    ) -> [[Int]] {
        var random = SeededGenerator(seed: seed)
        let codes = CategoryCodes(
            codeCounts: [0: 20, 1: 20, 4: 20, 6: 20], rowCount: rowCount)
        let features = codes.features
        var columns = features.map { _ in [Double]() }
        var labels: [Float] = []
        for _ in 0..<rowCount {
            let row = features.map { _ in Int.random(in: 0..<20, using: &random) }
            for (index, code) in row.enumerated() { columns[index].append(Double(code)) }
            let noise = Double.random(in: -1...1, using: &random)
            labels.append(Float(target(row, noise)))
        }
        for (feature, column) in zip(features, columns) {
            column.withUnsafeBufferPointer { codes.set(feature: feature, values: $0, at: 0) }
        }
        let learner = StatisticLearner(
            codes: codes, target: StatisticTarget(labels: labels), priorWeight: 10, seed: seed)
        return learner.pairs(
            of: features, classes: [nil], isShare: isShare,
            pool: ThreadPool(threadCount: threadCount))
    }

    /// A number in [-1, 1] for each pair of codes.
    private func effect(_ a: Int, _ b: Int) -> Double {
        var random = SeededGenerator(seed: UInt64(a * 20 + b))
        return Double.random(in: -1...1, using: &random)
    }

    @Test("finds the pair that acts together", arguments: 0..<4 as Range<UInt64>, [false, true])
    func findsPair(seed: UInt64, isShare: Bool) {
        let found = pairs(seed: seed, isShare: isShare) { codes, noise in
            let value = effect(codes[1], codes[3]) + 0.1 * Double(codes[0]) - 1 + noise
            return isShare ? (value > 0 ? 1 : 0) : value
        }
        #expect(found == [[1, 6]])
    }

    @Test("finds none where features only add up, nor in noise", arguments: 0..<8 as Range<UInt64>)
    func findsNone(seed: UInt64) {
        let added = pairs(seed: seed) { codes, noise in
            Double(codes[0]) + Double(codes[1] % 3) * 5 - Double(codes[2]) + noise
        }
        #expect(added.isEmpty)
        #expect(pairs(seed: seed) { _, noise in noise }.isEmpty)
    }

    @Test("does not depend on threads")
    func isDeterministic() {
        let found = [1, 2, 3].map { threadCount in
            pairs(seed: 7, threadCount: threadCount) { codes, noise in
                effect(codes[0], codes[1]) + effect(codes[2] + 7, codes[3]) * 0.5 + noise
            }
        }
        #expect(found[0] == [[0, 1], [4, 6]] && found[1] == found[0] && found[2] == found[0])
    }

    @Test("few rows give none")
    func fewRows() {
        for rowCount in 0...3 {
            #expect(pairs(seed: 1, rowCount: rowCount) { _, noise in noise }.isEmpty)
        }
    }

    @Test("orders of rows are permutations", arguments: [0, 1, 2, 3, 5, 64, 65, 1_000, 4_097])
    func permutes(rowCount: Int) {
        for seed in 0..<3 as Range<UInt64> {
            let order = RowPermutation(rowCount: rowCount, seed: seed)
            let rows = (0..<rowCount).map { order[$0] }
            #expect(rows.sorted() == Array(0..<rowCount), "seed \(seed)")
        }
    }

    @Test("an order looks random: neighbours are apart, halves mix")
    func looksRandom() {
        let order = RowPermutation(rowCount: 10_000, seed: 5)
        let rows = (0..<10_000).map { order[$0] }
        let early = rows[..<5_000].count { $0 < 5_000 }
        #expect((2_350...2_650).contains(early))
        let rises = zip(rows, rows.dropFirst()).count { $0 < $1 }
        #expect((4_800...5_200).contains(rises))
        #expect(zip(rows, rows.dropFirst()).count { abs($0 - $1) < 10 } < 60)
    }
}
