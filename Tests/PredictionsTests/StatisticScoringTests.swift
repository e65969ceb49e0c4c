import Columns
import Models
import Predictions
import TestSupport
import Testing
import Threads

/// Models whose trees read statistics of categories.
@Suite("Scoring with target statistics")
struct StatisticScoringTests {
    private static let stride = EnsembleScorer.blockRowCount

    /// The five features of `RandomEnsemble`, a statistic of `small` and one of both categories.
    private func features(seed: UInt64) -> FeatureSchema {
        var random = SeededGenerator(seed: seed)
        var features = RandomEnsemble.features
        for columns in [[2], [2, 3]] {
            let cellCount = columns.reduce(1) { $0 * features.features[$1].codeCount }
            let cells = (0..<Int32(cellCount)).filter { _ in Bool.random(using: &random) }
            features.statistics.append(
                TargetStatistic(
                    features: columns, prior: -1, cells: cells,
                    values: cells.map { _ in Double.random(in: -10...1, using: &random) }))
        }
        return features
    }

    private func artifact(seed: UInt64, leafCountMax: Int = 40) -> ModelArtifact {
        var random = RandomEnsemble(seed: seed)
        var ensemble = random.ensemble(
            treeCount: 12, leafCountMax: leafCountMax, thresholdCount: 90)
        for tree in ensemble.trees.indices {
            for leaf in ensemble.trees[tree].leafValues.indices {
                ensemble.trees[tree].leafRowCounts[leaf] =
                    Int64.random(in: 1...1000, using: &random.random)
            }
            // Some nodes read the statistics instead.
            for node in ensemble.trees[tree].nodes.indices
            where Int.random(in: 0..<2, using: &random.random) == 0 {
                ensemble.trees[tree].nodes[node].feature =
                    Int32.random(in: 5...6, using: &random.random)
                ensemble.trees[tree].nodes[node].categorySet = -1
            }
        }
        return ModelArtifact(
            kind: .trees(ensemble), algorithm: "gbdt", objective: "regression",
            features: features(seed: seed), target: ModelTarget(name: "y", type: .double),
            provenance: Provenance(programVersion: "test", trainRowCount: 0))
    }

    private func doubles(_ batch: RecordBatch, _ name: String) -> [Double] {
        guard case .double(let buffer) = batch[name]?.values else { return [] }
        return Array(buffer.elements)
    }

    @Test(
        "a score is the sum of the leaves that values and table lead to",
        arguments: 0..<6 as Range<UInt64>)
    func equalsWalk(seed: UInt64) throws {
        let model = artifact(seed: seed, leafCountMax: [2, 40, 300][Int(seed % 3)])
        let batch = BatchPredictorTests().batch(seed: seed, rowCount: 1_100)
        let found = try BatchPredictor(model: model).predict(
            batch, pool: ThreadPool(threadCount: 2)
        ).batch
        guard case .trees(let ensemble) = model.kind else { return }
        var columns: [[Double]] = []
        for feature in model.features.features {
            let column = try #require(batch[feature.name])
            var values = [Double](repeating: 0, count: batch.rowCount)
            try values.withUnsafeMutableBufferPointer {
                try FeatureEncoder(feature).encode(column, rows: 0..<batch.rowCount, into: $0)
            }
            columns.append(values)
        }
        for statistic in model.features.statistics {
            let table = Dictionary(uniqueKeysWithValues: zip(statistic.cells, statistic.values))
            columns.append(
                (0..<batch.rowCount).map { row in
                    let cell = statistic.features.reduce(0) {
                        $0 * model.features.features[$1].codeCount + Int(columns[$1][row])
                    }
                    return table[Int32(cell)] ?? statistic.prior
                })
        }
        let predictions = doubles(found, "prediction")
        for row in 0..<batch.rowCount {
            var score = ensemble.baseScores[0]
            for tree in ensemble.trees {
                score += tree.leafValues[tree.leafIndex { columns[$0][row] }]
            }
            #expect(predictions[row] == score)
        }
    }

    @Test(
        "contributions and interactions of the source columns add up",
        arguments: 0..<4 as Range<UInt64>)
    func explanationsAddUp(seed: UInt64) throws {
        let model = artifact(seed: seed)
        let batch = BatchPredictorTests().batch(seed: seed, rowCount: 600)
        let found = try BatchPredictor(
            model: model,
            options: PredictionOptions(writesContributions: true, writesInteractions: true)
        ).predict(batch, pool: ThreadPool(threadCount: 1)).batch
        let names = model.features.names
        #expect(found.schema.fields.count { $0.name.hasPrefix("contribution_") } == 5)
        let base = doubles(found, "expected_value")
        let shares = names.map { doubles(found, "contribution_\($0)") }
        let predictions = doubles(found, "prediction")
        var pairs: [[Double]] = []
        for (index, first) in names.enumerated() {
            for second in names[index...] {
                pairs.append(doubles(found, "interaction_\(first)_\(second)"))
            }
        }
        for row in 0..<600 {
            let sum = shares.reduce(base[row]) { $0 + $1[row] }
            #expect(isClose(sum, predictions[row], relative: 1e-9, absolute: 1e-9))
            let together = pairs.reduce(base[row]) { $0 + $1[row] }
            #expect(isClose(together, predictions[row], relative: 1e-9, absolute: 1e-9))
        }
        #expect(shares[2].contains { $0 != 0 } && shares[3].contains { $0 != 0 })
    }

    @Test("half of what a statistic of two columns adds is credited to each")
    func halvesAreCredited() throws {
        var model = artifact(seed: 1)
        model.kind = .trees(
            TreeEnsemble(
                outputCount: 1, baseScores: [0],
                trees: [
                    Tree(
                        nodes: [
                            Tree.Node(
                                feature: 6, threshold: -4, categorySet: -1, missingGoesLeft: false,
                                left: -1, right: -2, gain: 1, rowCount: 8)
                        ], leafValues: [-1, 1], leafRowCounts: [4, 4])
                ]))
        let found = try BatchPredictor(
            model: model, options: PredictionOptions(writesContributions: true)
        ).predict(
            BatchPredictorTests().batch(seed: 9, rowCount: 300), pool: ThreadPool(threadCount: 1)
        ).batch
        for (row, score) in doubles(found, "prediction").enumerated() {
            #expect(doubles(found, "contribution_small")[row] == score / 2)
            #expect(doubles(found, "contribution_large")[row] == score / 2)
            #expect(doubles(found, "contribution_a")[row] == 0)
        }
    }
}
