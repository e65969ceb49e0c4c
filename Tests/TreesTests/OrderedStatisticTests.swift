import Columns
import Models
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Target statistics of categories")
struct OrderedStatisticTests {
    /// Codes of three features and labels of rows, from a seed.
    private struct Rows {
        let codes: CategoryCodes
        var labels: [Float]
        var weights: [Float]?

        init(seed: UInt64, rowCount: Int) {
            var random = SeededGenerator(seed: seed)
            let codeCounts = [0: 4, 2: 300, 3: 9]
            let codes = CategoryCodes(codeCounts: codeCounts, rowCount: rowCount)
            self.codes = codes
            for (feature, codeCount) in codeCounts.sorted(by: { $0.key < $1.key }) {
                let values = (0..<rowCount).map { _ in
                    Double(Int.random(in: 0..<codeCount, using: &random))
                }
                values.withUnsafeBufferPointer { codes.set(feature: feature, values: $0, at: 0) }
            }
            labels = (0..<rowCount).map { _ in Float(Int.random(in: 0...2, using: &random)) }
            if seed % 2 == 1 {
                weights = (0..<rowCount).map { _ in Float.random(in: 0...3, using: &random) }
            }
        }

        func learner(seed: UInt64 = 0, smoothing: Double = 10) -> StatisticLearner {
            StatisticLearner(
                codes: codes, target: StatisticTarget(labels: labels, weights: weights),
                priorWeight: smoothing, seed: seed)
        }

        func cell(_ features: [Int], _ row: Int) -> Int {
            features.reduce(0) {
                $0 * codes.codeCount(of: $1) + codes.code(feature: $1, row: row)
            }
        }
    }

    private func compute(
        _ learner: StatisticLearner, _ statistics: [TargetStatistic], threadCount: Int = 1
    ) -> (statistics: [TargetStatistic], values: [[Double]]) {
        let rowCount = learner.codes.rowCount
        let buffer = UnsafeMutableBufferPointer<Double>.allocate(
            capacity: statistics.count * rowCount)
        buffer.initialize(repeating: .nan)
        defer { buffer.deallocate() }
        nonisolated(unsafe) let target = buffer
        let found = learner.compute(
            statistics, pool: ThreadPool(threadCount: threadCount)
        ) { index, values, row in
            for offset in values.indices {
                target[index * rowCount + row + offset] = values[offset]
            }
        }
        return (
            found,
            statistics.indices.map { Array(buffer[$0 * rowCount..<($0 + 1) * rowCount]) }
        )
    }

    private let kinds: [([Int], Int?)] = [([0], nil), ([2], nil), ([0, 3], 1), ([2, 3], 2)]

    @Test(
        "a row has the smoothed mean of the earlier rows of its cell",
        arguments: 0..<8 as Range<UInt64>)
    func equalsTwin(seed: UInt64) throws {
        let rowCount = [0, 1, 2, 7, 8, 1_500, 1_023, 1_025][Int(seed)]
        let rows = Rows(seed: seed, rowCount: rowCount)
        let smoothing = seed == 5 ? 0 : 2.5
        let learner = rows.learner(seed: seed, smoothing: smoothing)
        let statistics = kinds.map {
            TargetStatistic(features: $0.0, classIndex: $0.1, prior: 0)
        }
        let (found, values) = compute(learner, statistics)
        let order = (0..<rowCount).map { learner.order[$0] }
        func mean(_ statistic: TargetStatistic, _ chosen: some Sequence<Int>) -> Double {
            var sum = smoothing * statistic.prior
            var weight = smoothing
            for row in chosen {
                let w = rows.weights.map { Double($0[row]) } ?? 1
                let label =
                    statistic.classIndex.map { rows.labels[row] == Float($0) ? 1 : 0 }
                    ?? Double(rows.labels[row])
                sum += w * label
                weight += w
            }
            return weight > 0 ? sum / weight : statistic.prior
        }
        for (index, statistic) in found.enumerated() {
            var earlier: [Int: [Int]] = [:]
            for row in order {
                let cell = rows.cell(statistic.features, row)
                let expected = mean(statistic, earlier[cell] ?? [])
                #expect(isClose(values[index][row], expected, relative: 1e-6, absolute: 1e-7))
                earlier[cell, default: []].append(row)
            }
            let listed = earlier.filter { $0.value.count > 1 }.keys.sorted()
            #expect(statistic.cells.map { Int($0) } == listed)
            for (cell, value) in zip(statistic.cells, statistic.values) {
                let expected = mean(statistic, earlier[Int(cell)] ?? [])
                #expect(isClose(value, expected, relative: 1e-6, absolute: 1e-7))
            }
        }
    }

    @Test("no row sees its own label, nor that of a later one", arguments: 0..<4 as Range<UInt64>)
    func ownLabelIsUnseen(seed: UInt64) throws {
        var rows = Rows(seed: 2 * seed, rowCount: 400)
        let learner = rows.learner(seed: seed)
        let statistic = [TargetStatistic(features: [3], prior: 0)]
        let before = compute(learner, statistic).values[0]
        // Exchanging two labels leaves the mean of all as it is.
        let (low, high) = (learner.order[150], learner.order[300])
        rows.labels[low] = 2
        rows.labels[high] = 0
        let first = compute(rows.learner(seed: seed), statistic)
        rows.labels.swapAt(low, high)
        let second = compute(rows.learner(seed: seed), statistic)
        #expect(first.statistics[0].prior == second.statistics[0].prior)
        for position in 0...150 {
            let row = learner.order[position]
            #expect(first.values[0][row] == second.values[0][row])
        }
        #expect(first.values[0] != second.values[0] && before.count == 400)
    }

    @Test("the same values for any number of threads, others for another seed")
    func isDeterministic() {
        let rows = Rows(seed: 3, rowCount: 20_000)
        let statistics = kinds.map {
            TargetStatistic(features: $0.0, classIndex: $0.1, prior: 0)
        }
        let one = compute(rows.learner(), statistics)
        for threadCount in [2, 3, 5] {
            let other = compute(rows.learner(), statistics, threadCount: threadCount)
            #expect(other.values == one.values && other.statistics == one.statistics)
        }
        let reseeded = compute(rows.learner(seed: 1), statistics)
        #expect(reseeded.values != one.values)
    }

    @Test("rows that are not learned from have what the table says")
    func readerReadsTables() throws {
        let rows = Rows(seed: 4, rowCount: 1_300)
        let found = compute(
            rows.learner(), kinds.map { TargetStatistic(features: $0.0, prior: 0) }
        ).statistics
        func feature(_ index: Int) -> Feature {
            let count = [0: 4, 2: 300, 3: 9][index] ?? 2
            return Feature(
                name: "f\(index)", type: .string,
                encoding: .categorical(categories: (0..<count - 2).map { "\($0)" }))
        }
        let schema = FeatureSchema((0..<4).map(feature), statistics: found)
        nonisolated(unsafe) var values = [[Double]](
            repeating: [Double](repeating: .nan, count: 1_300), count: found.count)
        StatisticReader(schema, codes: rows.codes).read(pool: ThreadPool(threadCount: 1)) {
            index, block, row in
            for offset in block.indices { values[index][row + offset] = block[offset] }
        }
        for (index, statistic) in found.enumerated() {
            let table = Dictionary(
                uniqueKeysWithValues: zip(statistic.cells.map { Int($0) }, statistic.values))
            for row in 0..<1_300 {
                let expected = table[rows.cell(statistic.features, row)] ?? statistic.prior
                #expect(values[index][row] == expected)
            }
        }
    }
}
