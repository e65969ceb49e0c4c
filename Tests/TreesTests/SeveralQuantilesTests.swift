import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// Several quantiles in one run.
@Suite("Several quantiles")
struct SeveralQuantilesTests {
    private static let levels = [0.1, 0.5, 0.9]

    private func train(
        _ table: TestTable, levels: [Double], threads: Int = 1, rounds: Int = 12,
        resuming: BoostedModel? = nil
    ) throws -> BoostedModel {
        var parameters = BoostingParameters()
        parameters.numIterations = rounds
        parameters.numLeaves = 9
        return try GradientBooster(
            parameters: parameters, objective: QuantileLoss(levels: levels),
            pool: ThreadPool(threadCount: threads)
        ).train(
            TrainingRows(matrix: table.matrix(), labels: table.labels, weights: table.weights),
            resuming: resuming)
    }

    @Test("each grows the trees of a run of its own")
    func treesAreThoseOfSingleRuns() throws {
        let table = TestTable.mixed(rowCount: 3_000, seed: 21, noise: 2)
        let several = try train(table, levels: Self.levels).ensemble
        #expect(several.outputCount == 3 && several.iterationCount == 12)
        for (output, alpha) in Self.levels.enumerated() {
            #expect(several.output(output) == (try train(table, levels: [alpha]).ensemble))
        }
    }

    @Test("the model is the same for any threads, and after a stop", arguments: [false, true])
    func modelIsTheSame(isWeighted: Bool) throws {
        var table = TestTable.mixed(rowCount: 40_000, seed: 22, noise: 2)
        if isWeighted { table.weights = (0..<table.rowCount).map { Float($0 % 5) / 2 } }
        let whole = try train(table, levels: Self.levels, rounds: 4)
        for threads in [2, 3] {
            #expect(try train(table, levels: Self.levels, threads: threads, rounds: 4) == whole)
        }
        let part = try train(table, levels: Self.levels, rounds: 1)
        #expect(try train(table, levels: Self.levels, rounds: 4, resuming: part) == whole)
    }
}
