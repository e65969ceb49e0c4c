import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("GradientBooster")
struct GradientBoosterTests {
    static let objectives: [any Objective] = [
        SquaredError(), QuantileLoss(alpha: 0.8), Logistic(),
    ]

    @Test("the model is the same for any number of threads", arguments: 0..<3, [false, true])
    func modelIsTheSameForAnyThreads(index: Int, isSampled: Bool) throws {
        let objective = Self.objectives[index]
        // Enough rows that every parallel path is taken.
        var table = TestTable.mixed(
            rowCount: 40_000, seed: 1, isBinary: objective.name == "binary")
        if isSampled { table.weights = (0..<table.rowCount).map { Float($0 % 5) } }
        var parameters = BoostingParameters()
        parameters.numIterations = 4
        if isSampled {
            parameters.baggingFraction = 0.7
            parameters.baggingFreq = 2
            parameters.featureFraction = 0.6
        }
        let models = try [1, 2, 3, 5].map { threadCount in
            try train(table, objective, parameters, threadCount: threadCount)
        }
        #expect(models[0].ensemble.trees.count == 4)
        #expect(models.allSatisfy { $0 == models[0] })
    }

    @Test("the training loss falls with every round", arguments: 0..<3)
    func trainingLossFalls(index: Int) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 2_000, seed: 2, isBinary: index == 2)
        var parameters = BoostingParameters()
        parameters.numIterations = 30
        let matrix = try table.matrix()
        let model = try train(
            table, objective, parameters,
            validation: TrainingRows(
                matrix: matrix, labels: table.labels), metric: metric(for: objective))
        let history = model.validationHistory
        #expect(history.count == 30)
        for (before, after) in zip(history, history.dropFirst()) {
            #expect(after <= before * (1 + 1e-9))
        }
        #expect(history[29] < 0.6 * history[0])
    }

    @Test("the ensemble predicts what training summed", arguments: 0..<3, [false, true])
    func ensemblePredictsWhatTrainingSummed(index: Int, isBagged: Bool) throws {
        let objective = Self.objectives[index]
        let table = TestTable.mixed(rowCount: 3_000, seed: 3, isBinary: index == 2)
        var parameters = BoostingParameters()
        parameters.numIterations = 10
        parameters.baggingFraction = isBagged ? 0.5 : 1
        parameters.baggingFreq = isBagged ? 3 : 0
        let matrix = try table.matrix()
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2))
        let model = try booster.train(TrainingRows(matrix: matrix, labels: table.labels))
        let binned = try booster.rawScores(of: model.ensemble, over: matrix)
        #expect(model.trainingScores == binned)
        for row in 0..<table.rowCount {
            var score = model.ensemble.baseScores[0]
            for tree in model.ensemble.trees {
                score += tree.leafValues[tree.leafIndex { table.columns[$0][row] }]
            }
            #expect(score == binned[row])
        }
    }

    @Test("row counts and importances add up")
    func countsAddUp() throws {
        let table = TestTable.mixed(rowCount: 3_000, seed: 4)
        var parameters = BoostingParameters()
        parameters.numIterations = 5
        parameters.minDataInLeaf = 35
        parameters.numLeaves = 20
        let ensemble = try train(table, SquaredError(), parameters).ensemble
        for tree in ensemble.trees {
            #expect(tree.leafRowCounts.reduce(0, +) == 3_000)
            #expect(tree.leafRowCounts.allSatisfy { $0 >= 35 })
            #expect(tree.leafValues.count == tree.nodes.count + 1)
            #expect(tree.leafValues.count <= 20)
            #expect(tree.nodes[0].rowCount == 3_000)
            for (index, node) in tree.nodes.enumerated() {
                let counts = [node.left, node.right].map { child in
                    child >= 0 ? tree.nodes[Int(child)].rowCount : tree.leafRowCounts[Int(~child)]
                }
                #expect(counts.reduce(0, +) == node.rowCount)
                #expect([node.left, node.right].allSatisfy { $0 < 0 || $0 > index })
                #expect(node.gain > 0)
            }
        }
        let importances = ensemble.importances(featureCount: 6)
        #expect(
            importances.map(\.splitCount).reduce(0, +)
                == ensemble.trees.map(\.nodes.count).reduce(0, +))
        #expect(importances[0].gain > importances[4].gain)
    }

    @Test("leaves of squared error are shrunken means of residuals")
    func leavesAreMeans() throws {
        let table = TestTable.mixed(rowCount: 1_000, seed: 5)
        var parameters = BoostingParameters()
        parameters.numIterations = 1
        parameters.lambdaL2 = 3
        parameters.maxCatToOnehot = 1_000
        let ensemble = try train(table, SquaredError(), parameters).ensemble
        let mean = table.labels.reduce(0.0) { $0 + Double($1) } / 1_000
        #expect(isClose(ensemble.baseScores[0], mean, relative: 1e-12))
        var sums = [Double](repeating: 0, count: ensemble.trees[0].leafValues.count)
        for row in 0..<1_000 {
            let leaf = ensemble.trees[0].leafIndex { table.columns[$0][row] }
            sums[leaf] += Double(table.labels[row]) - mean
        }
        for (leaf, sum) in sums.enumerated() {
            let count = Double(ensemble.trees[0].leafRowCounts[leaf])
            let expected = 0.1 * sum / (count + 3)
            #expect(isClose(ensemble.trees[0].leafValues[leaf], expected, relative: 1e-6))
        }
    }

    @Test("integer weights equal repeated rows", arguments: [0, 2])
    func weightsEqualRepeatedRows(index: Int) throws {
        let objective = Self.objectives[index]
        var table = TestTable.mixed(rowCount: 1_500, seed: 6, isBinary: index == 2)
        let repeats = (0..<1_500).map { $0 % 3 + 1 }
        let repeated = table.selecting(
            repeats.indices.flatMap { row in
                [Int](repeating: row, count: repeats[row])
            })
        table.weights = repeats.map { Float($0) }
        var parameters = BoostingParameters()
        parameters.numIterations = 10
        parameters.minDataInLeaf = 0
        parameters.minSumHessianInLeaf = 5
        parameters.maxCatToOnehot = 1_000
        let bins = try table.bins()
        let pool = ThreadPool(threadCount: 1)
        let booster = GradientBooster(parameters: parameters, objective: objective, pool: pool)
        let weighted = try booster.train(
            TrainingRows(
                matrix: table.matrix(bins: bins), labels: table.labels, weights: table.weights))
        let unrolled = try booster.train(
            TrainingRows(matrix: repeated.matrix(bins: bins), labels: repeated.labels))
        let matrix = try table.matrix(bins: bins)
        let first = try booster.rawScores(of: weighted.ensemble, over: matrix)
        let second = try booster.rawScores(of: unrolled.ensemble, over: matrix)
        // Quantisation differs a little, so an almost equal split may be chosen here and there.
        let close = zip(first, second).count { isClose($0, $1, absolute: 0.02) }
        #expect(close >= 1_450)
    }

    @Test("rows of weight 0 change nothing but bins")
    func weightlessRowsDoNotMatter() throws {
        var table = TestTable.mixed(rowCount: 2_000, seed: 7)
        let bins = try table.bins()
        table.weights = (0..<2_000).map { $0 < 1_000 ? 1 : 0 }
        var corrupted = table
        for row in 1_000..<2_000 { corrupted.labels[row] = 1e6 }
        let parameters = BoostingParameters()
        let models = try [table, corrupted].map { table in
            try GradientBooster(
                parameters: parameters, objective: SquaredError(),
                pool: ThreadPool(threadCount: 1)
            ).train(
                TrainingRows(
                    matrix: table.matrix(bins: bins), labels: table.labels,
                    weights: table.weights))
        }
        #expect(models[0] == models[1])
    }

    @Test("missing values go to the side that they are like")
    func missingValuesFindTheirSide() throws {
        for isHigh in [false, true] {
            var table = TestTable()
            table.kinds = [.numeric]
            table.columns = [(0..<400).map { $0 % 4 == 0 ? .nan : Double($0 % 100) }]
            table.labels = table.columns[0].map { value in
                value.isNaN ? (isHigh ? 1 : 0) : (value >= 50 ? 1 : 0)
            }
            var parameters = BoostingParameters()
            parameters.numIterations = 1
            parameters.numLeaves = 2
            let node = try train(table, SquaredError(), parameters).ensemble.trees[0].nodes[0]
            #expect(node.threshold == 49.5)
            #expect(node.missingGoesLeft == !isHigh)
        }
    }

    @Test("missing against all others is a split of its own")
    func missingAgainstOthers() throws {
        var table = TestTable()
        table.kinds = [.numeric]
        table.columns = [(0..<400).map { $0 % 4 == 0 ? .nan : Double($0 % 100) }]
        table.labels = table.columns[0].map { $0.isNaN ? 1 : 0 }
        var parameters = BoostingParameters()
        parameters.numIterations = 1
        let tree = try train(table, SquaredError(), parameters).ensemble.trees[0]
        #expect(tree.nodes.count == 1)
        #expect(tree.nodes[0].threshold == .infinity && !tree.nodes[0].missingGoesLeft)
        #expect(tree.leafIndex { _ in .infinity } == 0)
        #expect(tree.leafIndex { _ in .nan } == 1)
    }

    @Test("categories are separated, unseen ones go right")
    func categoriesAreSeparated() throws {
        var table = TestTable()
        table.kinds = [.categorical(codeCount: 22)]
        table.columns = [(0..<2_000).map { Double($0 % 20) }]
        table.labels = table.columns[0].map { Int($0) % 3 == 0 ? 1 : 0 }
        var parameters = BoostingParameters()
        parameters.numIterations = 1
        parameters.numLeaves = 2
        parameters.learningRate = 1
        let tree = try train(table, SquaredError(), parameters).ensemble.trees[0]
        let set = try #require(tree.categorySets.first)
        let left = (0..<22).filter { set[0] >> UInt64($0) & 1 == 1 }
        let multiples = (0..<20).filter { $0 % 3 == 0 }
        let others = (0..<20).filter { $0 % 3 != 0 }
        #expect(left == multiples || left == others)
        #expect(tree.leafIndex { _ in 21 } == 1)
        #expect(tree.leafIndex { _ in 5_000 } == 1)
    }

    @Test("depth and gain limits hold", arguments: [1, 2, 4])
    func limitsHold(maxDepth: Int) throws {
        let table = TestTable.mixed(rowCount: 2_000, seed: 8)
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        parameters.maxDepth = maxDepth
        for tree in try train(table, SquaredError(), parameters).ensemble.trees {
            #expect(tree.leafValues.count <= 1 << maxDepth)
            #expect(depth(of: tree) == maxDepth)
        }
        parameters.minGainToSplit = 1e9
        let none = try train(table, SquaredError(), parameters)
        #expect(none.ending == .nothingToSplit && none.ensemble.trees.isEmpty)
    }

    @Test("steps are bounded by maxDeltaStep")
    func stepsAreBounded() throws {
        let table = TestTable.mixed(rowCount: 2_000, seed: 9)
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        parameters.maxDeltaStep = 0.25
        let trees = try train(table, SquaredError(), parameters).ensemble.trees
        #expect(trees.flatMap(\.leafValues).allSatisfy { abs($0) <= 0.025 })
        #expect(trees.flatMap(\.leafValues).contains { abs($0) == 0.025 })
    }

    @Test("quantiles are covered", arguments: [0.1, 0.5, 0.9])
    func quantilesAreCovered(alpha: Double) throws {
        let table = TestTable.mixed(rowCount: 4_000, seed: 10, noise: 2)
        let fresh = TestTable.mixed(rowCount: 4_000, seed: 11, noise: 2)
        var parameters = BoostingParameters()
        parameters.numLeaves = 8
        let bins = try table.bins()
        let booster = GradientBooster(
            parameters: parameters, objective: QuantileLoss(alpha: alpha),
            pool: ThreadPool(threadCount: 1))
        let model = try booster.train(
            TrainingRows(matrix: table.matrix(bins: bins), labels: table.labels))
        let scores = try booster.rawScores(of: model.ensemble, over: fresh.matrix(bins: bins))
        let below = zip(scores, fresh.labels).count { Double($1) <= $0 }
        #expect(isClose(Double(below) / 4_000, alpha, absolute: 0.05))
    }

    // MARK: Shared

    private func train(
        _ table: TestTable, _ objective: any Objective, _ parameters: BoostingParameters,
        threadCount: Int = 1, validation: TrainingRows? = nil, metric: ValidationMetric? = nil
    ) throws -> BoostedModel {
        try GradientBooster(
            parameters: parameters, objective: objective,
            pool: ThreadPool(threadCount: threadCount)
        ).train(
            TrainingRows(matrix: table.matrix(), labels: table.labels, weights: table.weights),
            validation: validation, metric: metric)
    }

    private func depth(of tree: Tree, from child: Int32 = 0) -> Int {
        guard child >= 0, !tree.nodes.isEmpty else { return 0 }
        let node = tree.nodes[Int(child)]
        return 1 + max(depth(of: tree, from: node.left), depth(of: tree, from: node.right))
    }
}

/// The mean loss that an objective minimises.
func metric(for objective: any Objective) -> ValidationMetric {
    ValidationMetric(name: "loss", isHigherBetter: false) { predictions, rows in
        var sum = 0.0
        for (prediction, label) in zip(predictions, rows.labels) {
            let error = Double(label) - prediction
            switch objective {
            case let quantile as QuantileLoss:
                sum += max(quantile.levels[0] * error, (quantile.levels[0] - 1) * error)
            case is Logistic:
                sum += abs(error) < 1 ? -(1 - abs(error)).naturalLogarithm : 1e9
            default:
                sum += error * error
            }
        }
        return sum / Double(rows.labels.count)
    }
}
