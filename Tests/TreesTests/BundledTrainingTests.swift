import Binning
import Models
import Objectives
import Testing
import Threads

@testable import Trees

/// Features that share a digit give the same trees as features that do not.
@Suite("Bundled features")
struct BundledTrainingTests {
    enum Variant: CaseIterable {
        case plain, weighted, depthwise, sampled, byNode, drawn, monotone, smooth, bagged, oneHot
    }

    @Test("the model is that of features on their own", arguments: Variant.allCases)
    func modelIsTheSame(variant: Variant) throws {
        var table = TestTable.spread(rowCount: 6_000, seed: 71)
        var parameters = BoostingParameters()
        (parameters.numIterations, parameters.numLeaves) = (8, 20)
        switch variant {
        case .plain, .oneHot: break
        case .weighted: table.weights = (0..<table.rowCount).map { Float($0 % 5) + 0.5 }
        case .depthwise: parameters.growPolicy = .depthwise
        case .sampled: parameters.featureFraction = 0.4
        case .byNode: parameters.featureFractionByNode = 0.3
        case .drawn: parameters.extraTrees = true
        case .monotone:
            parameters.monotoneConstraints = table.kinds.indices.map { [0, 1, 0, -1][$0 % 4] }
            parameters.monotoneConstraints[2] = 0
        case .smooth: parameters.pathSmooth = 3
        case .bagged: (parameters.baggingFraction, parameters.baggingFreq) = (0.5, 1)
        }
        if variant == .oneHot {
            table.kinds.removeFirst(3)
            table.columns.removeFirst(3)
        }
        try expectSameModels(table, parameters, SquaredError())
    }

    @Test("classes, too, and nodes of many rows")
    func classesAndLargeNodes() throws {
        var table = TestTable.spread(rowCount: 40_000, seed: 72)
        var parameters = BoostingParameters()
        (parameters.numIterations, parameters.numLeaves) = (2, 12)
        table.labels = table.labels.map { min(max(0, $0.rounded()), 2) }
        try expectSameModels(table, parameters, Softmax(classCount: 3))
    }

    private func expectSameModels(
        _ table: TestTable, _ parameters: BoostingParameters, _ objective: any Objective
    ) throws {
        let bins = try table.bins()
        // Rows to validate on are stored without bundles.
        let validation = table.selecting(Array(stride(from: 0, to: table.rowCount, by: 7)))
        let metric = ValidationMetric(name: "mean", isHigherBetter: false) { predictions, _ in
            predictions.reduce(0, +)
        }
        let models = try [(false, 1), (true, 1), (true, 3)].map { bundles, threadCount in
            let matrix = try table.matrix(bins: bins, bundlesFeatures: bundles)
            let members = matrix.layout.byteColumns.flatMap(\.members)
            #expect(members.count { $0.isBundled } == (bundles ? 37 : 0))
            return try GradientBooster(
                parameters: parameters, objective: objective,
                pool: ThreadPool(threadCount: threadCount)
            ).train(
                TrainingRows(matrix: matrix, labels: table.labels, weights: table.weights),
                validation: validation.trainingRows(bins: bins), metric: metric)
        }
        #expect(models[1] == models[0])
        #expect(models[2] == models[0])
        // The bundled features are the last 37, and trees split on several of them.
        let split = Set(models[0].ensemble.trees.flatMap { $0.nodes.map(\.feature) })
        #expect(split.count { $0 >= Int32(table.kinds.count - 37) } > 2)
    }
}
