import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

/// What holds of training with every objective.
@Suite("Training by objective")
struct ObjectiveTrainingTests {
    static let objectives: [any Objective] = [
        SquaredError(), AbsoluteError(), HuberLoss(alpha: 0.5), FairLoss(c: 1),
        QuantileLoss(alpha: 0.7), LogLinkLoss(.poisson(maxDeltaStep: 0.7)), LogLinkLoss(.gamma),
        LogLinkLoss(.tweedie(variancePower: 1.5)), Logistic(isUnbalanced: true),
        Softmax(classCount: 4), LambdaRank(),
    ]

    @Test("the model is the same for any number of threads", arguments: 0..<objectives.count)
    func modelIsTheSameForAnyThreads(index: Int) throws {
        let objective = Self.objectives[index]
        var table = TestTable.mixed(rowCount: 20_000, seed: 31, for: objective)
        table.weights = (0..<table.rowCount).map { Float($0 % 4) / 2 }
        var parameters = BoostingParameters()
        parameters.numIterations = 2
        parameters.numLeaves = 12
        parameters.baggingFraction = 0.8
        parameters.baggingFreq = 1
        parameters.featureFraction = 0.7
        let rows = try table.trainingRows()
        let models = try [1, 3].map { threadCount in
            try GradientBooster(
                parameters: parameters, objective: objective,
                pool: ThreadPool(threadCount: threadCount)
            ).train(rows)
        }
        #expect(models[0].ensemble.trees.count == 2 * objective.outputCount)
        #expect(models[0].ensemble.trees.allSatisfy { !$0.nodes.isEmpty })
        #expect(models.allSatisfy { $0 == models[0] })
    }

    @Test(
        "a run that was interrupted goes on as if it had not been", arguments: 0..<objectives.count)
    func interruptedRunsGoOn(index: Int) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 800, seed: 32, for: objective)
        let other = TestTable.mixed(rowCount: 300, seed: 33, for: objective)
        let bins = try table.bins()
        let (rows, validation) = (
            try table.trainingRows(bins: bins), try other.trainingRows(bins: bins)
        )
        var parameters = BoostingParameters()
        parameters.numIterations = 7
        parameters.baggingFraction = 0.6
        parameters.baggingFreq = 3
        parameters.learningRateSchedule = [LearningRateStep(fromRound: 4, learningRate: 0.05)]
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2))
        let whole = try booster.train(rows, validation: validation, metric: Self.firstScores)
        for stopAfter in [1, 5] {
            let part = try booster.train(
                rows, validation: validation, metric: Self.firstScores
            ) { $0.iteration < stopAfter }
            #expect(part.ensemble.iterationCount == stopAfter)
            let resumed = try booster.train(
                rows, validation: validation, metric: Self.firstScores, resuming: part)
            #expect(resumed == whole)
        }
    }

    @Test("the ensemble predicts what training summed", arguments: 0..<objectives.count)
    func ensemblePredictsWhatTrainingSummed(index: Int) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 1_000, seed: 34, for: objective)
        var parameters = BoostingParameters()
        parameters.numIterations = 5
        let rows = try table.trainingRows()
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 1))
        let model = try booster.train(rows)
        let outputCount = objective.outputCount
        let scores = try booster.rawScores(of: model.ensemble, over: rows.matrix)
        #expect(scores.count == 1_000 * outputCount)
        for row in 0..<1_000 {
            var expected = model.ensemble.baseScores
            for (number, tree) in model.ensemble.trees.enumerated() {
                expected[number % outputCount] +=
                    tree.leafValues[tree.leafIndex { table.columns[$0][row] }]
            }
            #expect(Array(scores[row * outputCount..<(row + 1) * outputCount]) == expected)
        }
    }

    @Test("scores to start from replace the constant", arguments: 0..<objectives.count)
    func trainingGoesOnFromScores(index: Int) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 1_000, seed: 35, for: objective)
        var parameters = BoostingParameters()
        parameters.numIterations = 4
        let pool = ThreadPool(threadCount: 1)
        var rows = try table.trainingRows()
        let whole = try GradientBooster(
            parameters: parameters, objective: objective, pool: pool
        ).train(rows)
        parameters.numIterations = 2
        let booster = GradientBooster(parameters: parameters, objective: objective, pool: pool)
        let first = try booster.train(rows)
        #expect(
            Array(whole.ensemble.trees.prefix(first.ensemble.trees.count)) == first.ensemble.trees)
        rows.startScores = try booster.rawScores(of: first.ensemble, over: rows.matrix)
        let second = try booster.train(rows)
        #expect(second.ensemble.baseScores == [Double](repeating: 0, count: objective.outputCount))
        // Two rounds more of the same: the numbers that dithering starts from differ, and with
        // them, a little, the sums.
        let ends = try [whole, second].map { model in
            try booster.rawScores(
                of: model.ensemble, over: rows.matrix,
                startScores: model == whole ? nil : rows.startScores)
        }
        let close = zip(ends[0], ends[1]).count { isClose($0, $1, relative: 0.1, absolute: 0.1) }
        #expect(Double(close) > 0.95 * Double(ends[0].count))
    }

    @Test("extreme labels leave all scores finite", arguments: [1e-30, 1e30])
    func extremeLabelsStayFinite(scale: Float) throws {
        for distribution: LogLinkLoss.Distribution in [
            .poisson(maxDeltaStep: 0.7), .gamma, .tweedie(variancePower: 1.1),
        ] {
            let objective = LogLinkLoss(distribution)
            var table = TestTable.mixed(rowCount: 400, seed: 36, for: objective)
            for row in 0..<400 where row % 7 == 0 { table.labels[row] *= scale }
            table.labels[0] = max(table.labels[0], scale)
            var parameters = BoostingParameters()
            parameters.learningRate = 1
            parameters.numIterations = 25
            let rows = try table.trainingRows()
            let booster = GradientBooster(
                parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 1))
            let model = try booster.train(rows)
            var scores = try booster.rawScores(of: model.ensemble, over: rows.matrix)
            #expect(scores.allSatisfy { $0.isFinite })
            scores.withUnsafeMutableBufferPointer { objective.transform($0) }
            #expect(scores.allSatisfy { $0.isFinite })
        }
    }

    @Test("classes are learnt")
    func classesAreLearnt() throws {
        let objective = Softmax(classCount: 4)
        var parameters = BoostingParameters()
        parameters.numIterations = 40
        let table = TestTable.mixed(rowCount: 2_000, seed: 37, for: objective)
        let rows = try table.trainingRows()
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2))
        let model = try booster.train(rows)
        var scores = try booster.rawScores(of: model.ensemble, over: rows.matrix)
        scores.withUnsafeMutableBufferPointer { objective.transform($0) }
        var right = 0
        for row in 0..<2_000 {
            let ofRow = scores[row * 4..<(row + 1) * 4]
            #expect(isClose(ofRow.reduce(0, +), 1, relative: 1e-12))
            let best = ofRow.indices.max { ofRow[$0] < ofRow[$1] } ?? 0
            right += best - row * 4 == Int(table.labels[row]) ? 1 : 0
        }
        #expect(right > 1_900)
    }

    @Test("a class that cannot be split any more waits for the others")
    func unsplittableClassesWait() throws {
        let objective = Softmax(classCount: 3)
        var table = TestTable()
        table.kinds = [.numeric]
        table.columns = [(0..<300).map { Double($0 / 10) }]
        // Class 2 has too few rows for a leaf of its own.
        table.labels = (0..<300).map { $0 == 150 ? 2 : $0 < 120 ? 0 : 1 }
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        parameters.minSumHessianInLeaf = 2
        let model = try GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 1)
        ).train(table.trainingRows())
        #expect(model.ensemble.trees.count == 9)
        #expect(model.ensemble.trees[2].nodes.isEmpty)
        #expect(model.ensemble.trees[2].leafValues == [0])
        #expect(!model.ensemble.trees[0].nodes.isEmpty)
    }

    /// A number that depends on every output.
    static let firstScores = ValidationMetric(name: "sum", isHigherBetter: true) {
        scores, _ in scores.enumerated().reduce(0.0) { $0 + $1.element * Double($1.offset % 7) }
    }
}
