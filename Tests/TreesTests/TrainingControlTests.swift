import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Training control")
struct TrainingControlTests {
    @Test("a run that was interrupted goes on as if it had not been", arguments: [1, 2, 5, 9])
    func interruptedRunsGoOn(stopAfter: Int) throws {
        for objective in GradientBoosterTests.objectives {
            let fixture = try Fixture(isBinary: objective.name == "binary")
            var parameters = BoostingParameters()
            parameters.numIterations = 12
            parameters.baggingFraction = 0.6
            parameters.baggingFreq = 4
            parameters.featureFraction = 0.7
            let booster = GradientBooster(
                parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2))
            let whole = try fixture.train(booster)
            let part = try fixture.train(booster) { $0.iteration < stopAfter }
            #expect(part.ending == .interrupted)
            #expect(part.ensemble.trees.count == stopAfter)
            let resumed = try fixture.train(booster, resuming: part)
            #expect(resumed == whole)
        }
    }

    @Test("training stops when validation no longer improves")
    func trainingStopsEarly() throws {
        let fixture = try Fixture()
        var parameters = BoostingParameters()
        parameters.numIterations = 500
        parameters.learningRate = 0.5
        parameters.earlyStoppingRound = 5
        let booster = GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: ThreadPool(threadCount: 1))
        let model = try fixture.train(booster)
        #expect(model.ending == .stoppedEarly)
        let best = try #require(model.validationHistory.min())
        #expect(model.validationHistory[model.bestIteration - 1] == best)
        #expect(model.validationHistory.count == model.bestIteration + 5)
        #expect(model.bestEnsemble.trees.count == model.bestIteration)
        // Going on from there ends at once.
        #expect(try fixture.train(booster, resuming: model) == model)
    }

    @Test("improvements below min delta do not count")
    func smallImprovementsDoNotCount() throws {
        let fixture = try Fixture()
        var parameters = BoostingParameters()
        parameters.numIterations = 200
        parameters.earlyStoppingRound = 5
        let pool = ThreadPool(threadCount: 1)
        let patient = try fixture.train(
            GradientBooster(parameters: parameters, objective: SquaredError(), pool: pool))
        parameters.earlyStoppingMinDelta = 0.02
        let model = try fixture.train(
            GradientBooster(parameters: parameters, objective: SquaredError(), pool: pool))
        #expect(model.ending == .stoppedEarly)
        #expect(model.bestIteration < patient.bestIteration)
        let history = model.validationHistory
        let best = history[model.bestIteration - 1]
        #expect(history[model.bestIteration...].allSatisfy { best - $0 <= 0.02 })
    }

    @Test("learning rates follow their schedule")
    func learningRatesFollowTheirSchedule() throws {
        let fixture = try Fixture()
        var parameters = BoostingParameters()
        parameters.numIterations = 6
        parameters.learningRateSchedule = [
            LearningRateStep(fromRound: 2, learningRate: 0.2),
            LearningRateStep(fromRound: 4, learningRate: 0.01),
        ]
        #expect(
            (0..<6).map { parameters.learningRate(round: $0) } == [0.1, 0.1, 0.2, 0.2, 0.01, 0.01])
        let pool = ThreadPool(threadCount: 1)
        let model = try fixture.train(
            GradientBooster(parameters: parameters, objective: SquaredError(), pool: pool))
        // The same trees up to the first change; then leaves twice as large.
        parameters.learningRateSchedule = []
        let constant = try fixture.train(
            GradientBooster(parameters: parameters, objective: SquaredError(), pool: pool))
        #expect(model.ensemble.trees[..<2] == constant.ensemble.trees[..<2])
        let (third, plain) = (model.ensemble.trees[2], constant.ensemble.trees[2])
        #expect(third.nodes == plain.nodes)
        // Values are whole quanta.
        let labels = fixture.rows.labels
        let quantum = try #require(
            ResidualQuantum(
                labels: labels, count: labels.count, baseScore: model.ensemble.baseScores[0],
                isFixed: true))
        for (value, expected) in zip(third.leafValues, plain.leafValues) {
            #expect(isClose(value, 2 * expected, absolute: 1.5 * quantum.size))
        }
    }

    @Test("metrics that rise are followed upwards")
    func risingMetricsAreFollowed() throws {
        let fixture = try Fixture()
        var parameters = BoostingParameters()
        parameters.numIterations = 6
        let booster = GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: ThreadPool(threadCount: 1))
        var reports: [RoundReport] = []
        let metric = ValidationMetric(name: "first score", isHigherBetter: true) { scores, _ in
            scores[0]
        }
        let model = try booster.train(
            fixture.rows, validation: fixture.validation, metric: metric
        ) { report in
            reports.append(report)
            return true
        }
        #expect(reports.map(\.iteration) == [1, 2, 3, 4, 5, 6])
        let history = model.validationHistory
        #expect(history[model.bestIteration - 1] == history.max())
        #expect(reports.last?.bestIteration == model.bestIteration)
    }

    @Test("a model of other rows cannot be gone on with")
    func otherModelsAreRefused() throws {
        let fixture = try Fixture()
        let other = TestTable.mixed(rowCount: 900, seed: 77)
        var parameters = BoostingParameters()
        parameters.numIterations = 3
        let booster = GradientBooster(
            parameters: parameters, objective: SquaredError(), pool: ThreadPool(threadCount: 1))
        var foreign = try booster.train(
            TrainingRows(matrix: other.matrix(), labels: other.labels))
        #expect(throws: TreesError.self) {
            try booster.train(fixture.rows, resuming: foreign)
        }
        foreign.ensemble.baseScores = try booster.train(fixture.rows).ensemble.baseScores
        let error = #expect(throws: TreesError.self) {
            try booster.train(fixture.rows, resuming: foreign)
        }
        #expect(error?.code == .invalidParameter)
    }

    @Test("unusable rows are refused by name")
    func unusableRowsAreRefused() throws {
        let table = TestTable.mixed(rowCount: 100, seed: 12)
        let matrix = try table.matrix()
        var labels = table.labels
        labels[7] = .nan
        expect("label of training row 7 is nan", TrainingRows(matrix: matrix, labels: labels))
        labels[7] = .infinity
        expect("label of training row 7 is inf", TrainingRows(matrix: matrix, labels: labels))
        var weights = [Float](repeating: 1, count: 100)
        weights[3] = -1
        expect(
            "weight of training row 3 is -1",
            TrainingRows(matrix: matrix, labels: table.labels, weights: weights))
        expect(
            "weights of all training rows are 0",
            TrainingRows(
                matrix: matrix, labels: table.labels,
                weights: [Float](repeating: 0, count: 100)))
        expect(
            "needs 0 or 1", TrainingRows(matrix: matrix, labels: table.labels),
            objective: Logistic())
        let constant = BinnedMatrixBuilder(
            features: [.numeric(BinEdges(upperBounds: [], hasMissing: false))], rowCount: 100
        ).finish()
        expect(
            "None of the 1 features", TrainingRows(matrix: constant, labels: table.labels))
        let empty = BinnedMatrixBuilder(features: matrix.features, rowCount: 0).finish()
        expect("no training rows", TrainingRows(matrix: empty, labels: []))
    }

    /// A parameter out of its range, as the message shows it.
    struct BadParameter: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout BoostingParameters) -> Void

        init(_ text: String, _ change: @escaping @Sendable (inout BoostingParameters) -> Void) {
            testDescription = text
            self.change = change
        }
    }

    static let badParameters = [
        BadParameter("num_iterations is 0;") { $0.numIterations = 0 },
        BadParameter("num_leaves is 1;") { $0.numLeaves = 1 },
        BadParameter("num_leaves is 200000;") { $0.numLeaves = 200_000 },
        BadParameter("min_data_in_leaf is -1;") { $0.minDataInLeaf = -1 },
        BadParameter("bagging_freq is -1;") { $0.baggingFreq = -1 },
        BadParameter("early_stopping_round is -1;") { $0.earlyStoppingRound = -1 },
        BadParameter("max_cat_threshold is 0;") { $0.maxCatThreshold = 0 },
        BadParameter("learning_rate is 0.0;") { $0.learningRate = 0 },
        BadParameter("learning_rate is inf;") { $0.learningRate = .infinity },
        BadParameter("learning_rate_schedule is 0.0;") {
            $0.learningRateSchedule = [LearningRateStep(fromRound: 3, learningRate: 0)]
        },
        BadParameter("lambda_l1 is -1.0;") { $0.lambdaL1 = -1 },
        BadParameter("lambda_l2 is nan;") { $0.lambdaL2 = .nan },
        BadParameter("bagging_fraction is 1.5;") { $0.baggingFraction = 1.5 },
        BadParameter("feature_fraction is 0.0;") { $0.featureFraction = 0 },
        BadParameter("min_gain_to_split is -1.0;") { $0.minGainToSplit = -1 },
        BadParameter("cat_smooth is -1.0;") { $0.catSmooth = -1 },
        BadParameter("path_smooth is -1.0;") { $0.pathSmooth = -1 },
        BadParameter("min_data_in_leaf is 1; it must be 2 or more with path_smooth") {
            $0.pathSmooth = 1
            $0.minDataInLeaf = 1
        },
        BadParameter("other_rate is 0.5; it must be finite and at most 1 less top_rate") {
            $0.sampleStrategy = .goss
            $0.topRate = 0.6
            $0.otherRate = 0.5
        },
        BadParameter("bagging_freq is 1; it must be 0 with data_sample_strategy goss") {
            $0.sampleStrategy = .goss
            $0.baggingFreq = 1
            $0.baggingFraction = 0.5
        },
        BadParameter("feature_fraction_bynode is 0.0;") { $0.featureFractionByNode = 0 },
    ]

    @Test("parameters out of range are refused by name", arguments: badParameters)
    func badParametersAreRefused(_ bad: BadParameter) {
        var parameters = BoostingParameters()
        bad.change(&parameters)
        let error = #expect(throws: TreesError.self) { try parameters.validate() }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains(bad.testDescription) ?? false)
    }

    private func expect(
        _ text: String, _ rows: TrainingRows, objective: any Objective = SquaredError()
    ) {
        let error = #expect(throws: TreesError.self) {
            try GradientBooster(
                parameters: BoostingParameters(), objective: objective,
                pool: ThreadPool(threadCount: 1)
            ).train(rows)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains(text) ?? false, "\(error?.message ?? "")")
    }

    private struct Fixture {
        let rows: TrainingRows
        let validation: TrainingRows

        init(isBinary: Bool = false) throws {
            let table = TestTable.mixed(rowCount: 1_500, seed: 20, isBinary: isBinary)
            let other = TestTable.mixed(rowCount: 800, seed: 21, isBinary: isBinary)
            let bins = try table.bins()
            rows = TrainingRows(matrix: try table.matrix(bins: bins), labels: table.labels)
            validation = TrainingRows(
                matrix: try other.matrix(bins: bins), labels: other.labels)
        }

        func train(
            _ booster: GradientBooster, resuming: BoostedModel? = nil,
            onRound: (RoundReport) -> Bool = { _ in true }
        ) throws -> BoostedModel {
            try booster.train(
                rows, validation: validation, metric: metric(for: booster.objective),
                resuming: resuming, onRound: onRound)
        }
    }
}
