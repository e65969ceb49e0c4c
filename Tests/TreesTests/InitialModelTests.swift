import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Going on from a model")
struct InitialModelTests {
    @Test(
        "two runs over the same rows are one run of all rounds",
        arguments: 0..<ObjectiveTrainingTests.objectives.count, [false, true])
    func twoRunsAreOne(index: Int, isSampled: Bool) throws {
        let objective = ObjectiveTrainingTests.objectives[index]
        let table = TestTable.mixed(rowCount: 700, seed: 41, for: objective)
        let rows = try table.trainingRows()
        var parameters = BoostingParameters()
        parameters.numLeaves = 8
        parameters.learningRateSchedule = [LearningRateStep(fromRound: 5, learningRate: 0.05)]
        if isSampled {
            parameters.baggingFraction = 0.6
            parameters.baggingFreq = 3
            parameters.featureFraction = 0.7
            parameters.featureFractionByNode = 0.8
        }
        func train(_ rounds: Int, from initial: TreeEnsemble?) throws -> BoostedModel {
            parameters.numIterations = rounds
            return try GradientBooster(
                parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2)
            ).train(
                rows, validation: rows, metric: ObjectiveTrainingTests.firstScores,
                initial: initial)
        }
        let whole = try train(8, from: nil)
        let first = try train(4, from: nil)
        let second = try train(4, from: first.ensemble)
        #expect(second.ensemble == whole.ensemble)
        #expect(first.validationHistory + second.validationHistory == whole.validationHistory)
    }

    @Test("over other rows the model scores as it would over values", arguments: [3, 50, 255])
    func scoresOverOtherRows(maxBin: Int) throws {
        let table = TestTable.mixed(rowCount: 2_000, seed: 42)
        var parameters = BoostingParameters()
        parameters.numIterations = 10
        let pool = ThreadPool(threadCount: 2)
        let booster = GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: pool)
        let first = try booster.train(table.trainingRows()).ensemble
        let other = TestTable.mixed(rowCount: 900, seed: 43)
        var binning = BinningParameters()
        binning.maxBin = maxBin
        let bins = try first.extending(other.bins(binning))
        let rows = try other.trainingRows(bins: bins)
        let scores = try booster.rawScores(of: first, over: rows.matrix)
        for row in 0..<900 {
            let values = other.columns.map { $0[row] }
            #expect(scores[row] == ConstraintTests.score(values, first))
        }
        // Its own bins need no more.
        let own = try table.bins()
        #expect(try first.extending(own) == own)
        // New trees stand on what the first have left.
        let both = try booster.train(rows, initial: first)
        #expect(Array(both.ensemble.trees[..<10]) == first.trees)
        #expect(both.ensemble.baseScores == first.baseScores)
        #expect(both.ensemble.trees.count == 20 && both.bestIteration == 20)
        let part = try booster.train(rows, initial: first) { $0.iteration < 14 }
        #expect(part.ensemble.trees.count == 14)
        #expect(try booster.train(rows, initial: first, resuming: part) == both)
        func loss(_ ensemble: TreeEnsemble) throws -> Double {
            try zip(booster.rawScores(of: ensemble, over: rows.matrix), other.labels).reduce(0) {
                $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
            }
        }
        #expect(try loss(both.ensemble) < 0.9 * loss(first))
    }

    @Test("early stopping counts from the first new round")
    func earlyStoppingCountsNewRounds() throws {
        let table = TestTable.mixed(rowCount: 600, seed: 44)
        let other = TestTable.mixed(rowCount: 300, seed: 45)
        let bins = try table.bins()
        let (rows, validation) = (
            try table.trainingRows(bins: bins), try other.trainingRows(bins: bins)
        )
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        let pool = ThreadPool(threadCount: 1)
        let first = try GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: pool
        ).train(rows).ensemble
        parameters.numIterations = 300
        parameters.learningRate = 0.5
        parameters.earlyStoppingRound = 4
        let model = try GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: pool
        ).train(rows, validation: validation, metric: metric(for: SquaredError()), initial: first)
        #expect(model.ending == .stoppedEarly)
        let best = try #require(model.validationHistory.min())
        #expect(model.validationHistory[model.bestIteration - 4] == best)
        #expect(model.ensemble.iterationCount == model.bestIteration + 4)
        #expect(model.validationHistory.count == model.ensemble.iterationCount - 3)
    }
}
