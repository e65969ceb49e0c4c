import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// Trees of several outputs, grown by a thread each.
@Suite("Outputs side by side")
struct SideBySideTests {
    enum Sampling: CaseIterable {
        case none, bagging, gradients
    }

    // Roots in one pass, in two, and without memory for it.
    @Test("the model is that of one thread", arguments: Sampling.allCases, [4, 10])
    func modelIsThatOfOneThread(sampling: Sampling, classCount: Int) throws {
        var table = TestTable.mixed(rowCount: 20_000, seed: 41, noise: 2)
        let sorted = table.labels.sorted()
        let bounds = (1..<classCount).map { sorted[20_000 * $0 / classCount] }
        table.labels = table.labels.map { label in Float(bounds.count { $0 < label }) }
        var parameters = BoostingParameters()
        parameters.numIterations = 4
        parameters.numLeaves = 20
        parameters.learningRate = 0.5
        switch sampling {
        case .none: break
        case .bagging: (parameters.baggingFraction, parameters.baggingFreq) = (0.6, 2)
        case .gradients: parameters.sampleStrategy = .goss
        }
        let rows = TrainingRows(matrix: try table.matrix(), labels: table.labels)
        let models = try [(1, Int.max), (2, .max), (3, .max), (4, .max), (4, 0)].map {
            threads, limit in
            try GradientBooster(
                parameters: parameters, objective: Softmax(classCount: classCount),
                pool: ThreadPool(threadCount: threads), workingByteCountMax: limit
            ).train(rows)
        }
        #expect(models.allSatisfy { $0 == models[0] })
        #expect(models[0].ensemble.trees.count == 4 * classCount)
        #expect(models[0].ensemble.trees.allSatisfy { $0.leafValues.count > 5 })
    }

    @Test("memory is planned for each grower, where there are outputs enough for the threads")
    func memoryIsPlanned() {
        func needed(classCount: Int, threads: Int) -> WorkingMemory {
            WorkingMemory(
                rowCount: 1_000_000, layout: BinLayout(binCounts: [200, 200]),
                objective: Softmax(classCount: classCount), parameters: BoostingParameters(),
                threadCount: threads)
        }
        #expect(needed(classCount: 7, threads: 1).sideBySideByteCount == 0)
        #expect(needed(classCount: 3, threads: 4).sideBySideByteCount == 0)
        let two = needed(classCount: 7, threads: 2)
        #expect(two.sideBySideByteCount > 2 * 24_000_000)
        #expect(two.rootPassByteCount > 7 * 8_000_000)
        #expect(
            two.byteCountMax
                == two.byteCountMin + two.sideBySideByteCount + two.rootPassByteCount)
    }
}
