import LinearModels
import Models
import TestSupport
import Testing
import Threads

@Suite("KeptRows")
struct KeptRowsTests {
    private static let rowCount = 24_000

    /// Floats, doubles, missing values and categories, and outcomes that depend on them.
    private func table(seed: UInt64) -> (table: Table, target: [Double], weights: [Double]) {
        var random = SeededGenerator(seed: seed)
        let range = 0..<Self.rowCount
        let x = range.map { _ in Double(Float.random(in: -1...1, using: &random)) }
        let y = range.map { _ -> Double? in
            Int.random(in: 0..<9, using: &random) == 0
                ? nil : Double.random(in: 5...6, using: &random)
        }
        let k = range.map { _ in "c\(Int.random(in: 0..<4, using: &random))" as String? }
        var table = Table()
        table.add("x", x)
        table.add("y", y)
        table.add("k", k, categories: ["c0", "c1", "c2"])
        let target = range.map { row -> Double in
            let score = x[row] + ((y[row] ?? 5.5) - 5.5) * 3 + (k[row] == "c1" ? 1 : 0)
            return Double.random(in: -2...2, using: &random) < score ? 1 : 0
        }
        let weights = range.map { $0 % 7 == 0 ? 0 : Double($0 % 3) + 0.5 }
        return (table, target, weights)
    }

    /// The sums of a first pass, that keeps rows.
    private func firstPass(
        _ table: Table, target: [Double], weights: [Double]? = nil, byteCountMax: Int,
        threadCount: Int = 1, isSampled: Bool = true, cuts: [Int] = [16_000]
    ) throws -> DesignAccumulator {
        let pool = ThreadPool(threadCount: threadCount)
        var sums = try DesignAccumulator(
            features: table.schema, allowsPrecision: false,
            keeping: KeptRows(
                // Of a table of so many rows a tile in eight is of the sample.
                rowCount: isSampled ? 32 * 8 * 2048 : 0, featureCount: 3,
                byteCountMax: byteCountMax))
        var first = 0
        for end in cuts + [Self.rowCount] {
            try table.add(
                to: &sums, rows: first..<end, target: target, weights: weights, pool: pool)
            try sums.finishShard(pool: pool)
            first = end
        }
        return sums
    }

    private func fit(
        _ first: DesignAccumulator, _ table: Table, target: [Double], weights: [Double]? = nil,
        loss: LinearLoss = .logistic, threadCount: Int = 1, cuts: [Int] = [16_000]
    ) throws -> (fit: LinearFit, samplePasses: Int) {
        let pool = ThreadPool(threadCount: threadCount)
        let kept = try #require(first.kept)
        var trainer = try GeneralizedLinearTrainer(
            first.moments, loss: loss, lambdaL2: 1, sample: kept.sampleSums)
        var samplePasses = 0
        while !trainer.isFinished {
            var sums = trainer.accumulator()
            if trainer.wantsSample {
                samplePasses += 1
                try sums.add(sampleOf: kept, pool: pool)
            } else if kept.isComplete {
                try sums.add(kept, pool: pool)
            } else {
                var start = 0
                for end in cuts + [Self.rowCount] {
                    try table.add(
                        to: &sums, rows: start..<end, target: target, weights: weights, pool: pool)
                    try sums.finishShard(pool: pool)
                    start = end
                }
            }
            try trainer.finishPass(sums)
        }
        return (trainer.fit, samplePasses)
    }

    @Test("kept rows give the bits of rows that are read again", arguments: [true, false])
    func keptEqualsRead(hasWeights: Bool) throws {
        let (table, target, given) = table(seed: 1)
        let weights = hasWeights ? given : nil
        let kept = try firstPass(table, target: target, weights: weights, byteCountMax: 1 << 30)
        let read = try firstPass(table, target: target, weights: weights, byteCountMax: 1 << 16)
        #expect(kept.kept?.isComplete == true && read.kept?.isComplete == false)
        #expect(kept.kept?.sampleSums == read.kept?.sampleSums)
        let a = try fit(kept, table, target: target, weights: weights)
        let b = try fit(read, table, target: target, weights: weights)
        #expect(a.fit.model == b.fit.model && a.fit.trainLoss == b.fit.trainLoss)
        #expect(a.fit.isConverged && a.fit.iterations == b.fit.iterations)
        #expect(a.samplePasses == b.samplePasses && a.samplePasses > 0)
        let threads = try fit(
            firstPass(
                table, target: target, weights: weights, byteCountMax: 1 << 30, threadCount: 3),
            table, target: target, weights: weights, threadCount: 3)
        #expect(threads.fit.model == a.fit.model && threads.fit.trainLoss == a.fit.trainLoss)
    }

    @Test(
        "where Newton's method starts does not change where it ends", arguments: 2..<5 as Range,
        [LinearLoss.logistic, .poisson])
    func sampleOnlyStarts(seed: Int, loss: LinearLoss) throws {
        let (table, target, weights) = table(seed: UInt64(seed))
        let sampled = try fit(
            firstPass(table, target: target, weights: weights, byteCountMax: 1 << 30), table,
            target: target, weights: weights, loss: loss)
        let all = try fit(
            firstPass(
                table, target: target, weights: weights, byteCountMax: 1 << 30, isSampled: false),
            table, target: target, weights: weights, loss: loss)
        #expect(all.samplePasses == 0 && sampled.samplePasses > 0)
        #expect(sampled.fit.iterations <= all.fit.iterations)
        for (a, b) in zip(sampled.fit.model.coefficients, all.fit.model.coefficients) {
            #expect(isClose(a, b, relative: 1e-7))
        }
    }

    @Test("a sample that says nothing of the other rows is no harm")
    func misleadingSample() throws {
        var random = SeededGenerator(seed: 9)
        // Classes are separated, and the other way round, where tiles are sampled.
        let isSampled = (0..<Self.rowCount).map { $0 / 2048 % 8 == 0 }
        let x = (0..<Self.rowCount).map { _ in Double.random(in: -1...1, using: &random) }
        let target = x.indices.map { row -> Double in
            if isSampled[row] { return x[row] < 0 ? 1 : 0 }
            return Double.random(in: -1...1, using: &random) < x[row] ? 1 : 0
        }
        var table = Table()
        table.add("x", x)
        let cuts: [Int] = []
        let first = try firstPass(table, target: target, byteCountMax: 1 << 30, cuts: cuts)
        let sampled = try fit(first, table, target: target, cuts: cuts).fit
        let all = try table.fit(.logistic, target: target, lambdaL2: 1)
        #expect(sampled.isConverged)
        #expect(
            isClose(
                sampled.model.coefficients[0], all.model.coefficients[0], relative: 1e-7))
    }

    @Test("profiles are those of the rows that count")
    func profiles() throws {
        let (table, target, weights) = table(seed: 3)
        for given in [nil, weights] {
            let profiles = try firstPass(
                table, target: target, weights: given, byteCountMax: 0
            ).profiles
            for (index, feature) in table.features.enumerated() {
                var expected = FeatureProfile()
                let rows = (0..<Self.rowCount).filter { given?[$0] ?? 1 > 0 }
                var values = [Double](repeating: 0, count: Self.rowCount)
                try values.withUnsafeMutableBufferPointer {
                    try FeatureEncoder(feature).encode(
                        table.columns[index], rows: 0..<Self.rowCount, into: $0)
                }
                rows.map { values[$0] }.withUnsafeBufferPointer {
                    expected.add($0, of: feature)
                }
                #expect(profiles[index] == expected)
            }
        }
    }

    @Test("a constant column of any value has no term", arguments: [0.1, 1e9 + 0.3, -1.0 / 3])
    func constantColumns(value: Double) throws {
        let (_, target, _) = table(seed: 4)
        var table = Table()
        table.add("same", [Double](repeating: value, count: Self.rowCount))
        table.add("x", (0..<Self.rowCount).map { Double($0 % 11) })
        let first = try DesignAccumulator(features: table.schema, allowsPrecision: false)
        var sums = first
        let pool = ThreadPool(threadCount: 1)
        try table.add(to: &sums, target: target, pool: pool)
        try sums.finishShard(pool: pool)
        let trainer = try GeneralizedLinearTrainer(sums.moments, loss: .logistic, lambdaL2: 1)
        #expect(trainer.fit.constantColumns == ["same"])
    }
}
