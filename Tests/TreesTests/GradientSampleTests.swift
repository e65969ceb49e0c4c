import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Gradient-based sampling")
struct GradientSampleTests {
    @Test(
        "the rows with the largest magnitudes are kept, the first of equal ones",
        arguments: [1, 2, 10, 1_000, 5_000], 0..<3 as Range<UInt64>)
    func largestAreKept(rowCount: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let magnitudes = (0..<rowCount).map { _ in
            // Many are equal, many nearly.
            Bool.random(using: &generator)
                ? Float(Int.random(in: 0...20, using: &generator)) / 8
                : Float.random(in: 0...2, using: &generator)
        }
        let sample = GradientSample(
            magnitudes: magnitudes, rowCount: rowCount, topRate: 0.3, otherRate: 0.2,
            hash: CounterHash(seed: seed, purpose: .gradientSample, round: 1),
            buffers: BufferPool())
        let topCount = max(1, Int(Double(rowCount) * 0.3))
        let order = (0..<rowCount).sorted { (-magnitudes[$0], $0) < (-magnitudes[$1], $1) }
        let factors = (0..<rowCount).map { sample.factors[$0] }
        for row in order[..<topCount] { #expect(factors[row] == 1) }
        let others = order[topCount...].map { factors[$0] }
        let drawnCount = others.count { $0 != 0 }
        let factor = Float(rowCount - topCount) / Float(max(1, drawnCount))
        #expect(others.allSatisfy { $0 == 0 || $0 == factor })
        #expect(
            sample.bag.inside.rows(count: rowCount)
                == (0..<rowCount).filter { factors[$0] != 0 })
        if rowCount == 5_000 {
            // Five standard deviations of the binomial distribution.
            let deviation: Double = (3_500 * (2.0 / 7) * (5.0 / 7)).squareRoot()
            let distance: Double = abs(Double(drawnCount) - 1_000)
            #expect(distance < 5 * deviation)
        }
    }

    @Test(
        "the model is the same for any number of threads, and after an interruption",
        arguments: 0..<ObjectiveTrainingTests.objectives.count)
    func modelIsTheSame(index: Int) throws {
        let objective = ObjectiveTrainingTests.objectives[index]
        var table = TestTable.mixed(rowCount: 4_000, seed: 21, for: objective)
        table.weights = (0..<table.rowCount).map { Float($0 % 4) / 2 }
        let rows = try table.trainingRows()
        var parameters = BoostingParameters()
        parameters.numIterations = 5
        parameters.numLeaves = 8
        parameters.learningRate = 0.5
        parameters.sampleStrategy = .goss
        func booster(_ threadCount: Int) -> GradientBooster {
            GradientBooster(
                parameters: parameters, objective: objective,
                pool: ThreadPool(threadCount: threadCount))
        }
        let model = try booster(1).train(rows)
        #expect(try booster(3).train(rows) == model)
        let part = try booster(2).train(rows) { $0.iteration < 3 }
        #expect(try booster(2).train(rows, resuming: part) == model)
        // Two rounds see all rows, the others about 0.2 and 0.1 of them.
        let counts = stride(from: 0, to: model.ensemble.trees.count, by: objective.outputCount)
            .map { model.ensemble.trees[$0].leafRowCounts.reduce(0, +) }
        #expect(counts[..<2].allSatisfy { $0 == 4_000 })
        #expect(counts[2...].allSatisfy { (1_050..<1_350).contains($0) })
    }

    @Test("with all other rows drawn, sampling changes little but rounding")
    func allRowsAreAllRows() throws {
        let table = TestTable.mixed(rowCount: 2_000, seed: 22, isBinary: true)
        let rows = try table.trainingRows()
        var parameters = BoostingParameters()
        parameters.numIterations = 4
        parameters.learningRate = 1
        let pool = ThreadPool(threadCount: 1)
        func leafValues() throws -> [[Double]] {
            try GradientBooster(parameters: parameters, objective: Logistic(), pool: pool)
                .train(rows).ensemble.trees.map(\.leafValues)
        }
        let plain = try leafValues()
        parameters.sampleStrategy = .goss
        parameters.topRate = 0.5
        parameters.otherRate = 0.5
        let sampled = try leafValues()
        #expect(sampled[0] == plain[0])
        for (value, expected) in zip(sampled[1], plain[1]) {
            // Sums of rounded gradients, which two scales round differently: far less than the
            // error that `LeafRenewer` allows.
            #expect(isClose(value, expected, absolute: 2e-5))
        }
    }
}
