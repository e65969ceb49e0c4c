import Columns
import Models
import ObjectStores
import StoreTestSupport
import TestSupport
import Testing

@testable import Jobs

/// `generate`, `train`, `evaluate` and `predict` in one process, over a store in memory.
@Suite("Jobs end to end")
struct EndToEndJobTests {
    private static let rowCount = 3_000

    private func fixture(threads: Int = 2) async throws -> JobFixture {
        let fixture = JobFixture(threadCount: threads)
        for shards in [1, 4] {
            try await fixture.run(
                .generate,
                [
                    "rows": "\(Self.rowCount)", "shards": "\(shards)", "seed": "5",
                    "output": "s3://in/\(shards)/",
                ])
        }
        return fixture
    }

    private func small(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/1/", "target": "age", "ignore_features": "id", "num_iterations": "8",
            "num_leaves": "9", "output": "s3://out/model/", "seed": "3",
        ].merging(more) { _, new in new }
    }

    @Test("generated shards hold the same rows however many there are")
    func generatesTheSameRows() async throws {
        let fixture = try await fixture()
        let one = try await fixture.texts("s3://in/1/", "id", "quarter", "age")
        let four = try await fixture.texts("s3://in/4/", "id", "quarter", "age")
        #expect(one == four)
        #expect(one[0] == (0..<Self.rowCount).map { "\($0)" })
        #expect(
            fixture.store.urls.filter { $0.hasPrefix("s3://in/4/") } == [
                "s3://in/4/_commit-generate.json", "s3://in/4/part-00000.parquet",
                "s3://in/4/part-00001.parquet", "s3://in/4/part-00002.parquet",
                "s3://in/4/part-00003.parquet",
            ])
    }

    @Test(
        "the model does not depend on threads or shards",
        arguments: [
            ["objective": "regression", "valid_fraction": "0.2", "early_stopping_round": "3"],
            ["objective": "quantile", "alpha": "0.8"],
            [
                "objective": "regression", "bagging_fraction": "0.7", "bagging_freq": "1",
                "feature_fraction": "0.5", "categorical_feature": "quarter,job_function_encoded",
            ],
        ])
    func isDeterministic(parameters: [String: String]) async throws {
        var fixture = try await fixture()
        var files: [[UInt8]?] = []
        var models: [ModelArtifact] = []
        for threads in 1...3 {
            fixture.threadCount = threads
            _ = try await fixture.train(small(parameters))
            files.append(fixture.store.bytes(at: "s3://out/model/model.martlet"))
        }
        #expect(files[0] != nil && files[0] == files[1] && files[0] == files[2])
        for shards in ["1", "4"] {
            let more = ["data": "s3://in/\(shards)", "output": "s3://out/\(shards).martlet"]
            _ = try await fixture.train(small(parameters.merging(more) { _, new in new }))
            models.append(try await fixture.model("s3://out/\(shards).martlet"))
        }
        guard case .trees(let one) = models[0].kind, case .trees(let four) = models[1].kind else {
            Issue.record("these are no trees")
            return
        }
        #expect(one == four)
        #expect(one.trees.contains { !$0.nodes.isEmpty })
        #expect(models[0].features == models[1].features)
        #expect(models[0].profiles == models[1].profiles)
        #expect(models[0].metrics == models[1].metrics)
        #expect(models[1].provenance.inputs.count == 4)
    }

    @Test("predictions are the model's own, row by row, with their ids")
    func predictsWhatTheModelSays() async throws {
        let fixture = try await fixture()
        let trained = try await fixture.train(small())
        #expect(trained.rows + trained.validRows + trained.droppedRows == Self.rowCount)
        #expect(trained.features == 22)
        let result = try await fixture.predict([
            "model": "s3://out/model/", "data": "s3://in/4/", "output": "s3://out/p/",
            "id": "id", "keep": "age",
        ])
        #expect(result.rowsIn == Self.rowCount && result.rowsOut == Self.rowCount)
        #expect(result.outputs == (0..<4).map { "s3://out/p/part-0000\($0).parquet" })
        let written = try await fixture.texts("s3://out/p/", "id", "age", "prediction")
        #expect(written[0] == (0..<Self.rowCount).map { "\($0)" })
        #expect(try await fixture.texts("s3://in/1/", "age")[0] == written[1])

        let expected = try naivePredictions(try await fixture.model("s3://out/model/"))
        let predictions = written[2].map { $0.flatMap(Double.init) ?? .nan }
        #expect(zip(predictions, expected).allSatisfy { isClose($0, $1, relative: 1e-12) })
        #expect(Set(predictions).count > 100)
    }

    /// The model walked tree by tree over the rows of the demonstration table.
    private func naivePredictions(_ model: ModelArtifact) throws -> [Double] {
        guard case .trees(let ensemble) = model.kind else { return [] }
        let batch = DemonstrationTable(rowCount: Self.rowCount, seed: 5).batch(
            rows: 0..<Self.rowCount)
        let columns = try model.features.features.map { feature -> [Double] in
            let column = try #require(batch[feature.name])
            var values = [Double](repeating: 0, count: batch.rowCount)
            try values.withUnsafeMutableBufferPointer { values throws(ModelError) in
                try FeatureEncoder(feature).encode(column, rows: 0..<batch.rowCount, into: values)
            }
            return values
        }
        return (0..<batch.rowCount).map { row in
            ensemble.trees.reduce(ensemble.baseScores[0]) { score, tree in
                score + tree.leafValues[tree.leafIndex { columns[$0][row] }]
            }
        }
    }

    @Test("evaluation agrees with the metrics computed from the predictions")
    func evaluatesWhatWasPredicted() async throws {
        let fixture = try await fixture()
        let trained = try await fixture.train(small())
        let result = try await fixture.evaluate(["model": "s3://out/model", "data": "s3://in/4/"])
        #expect(result.rows == Self.rowCount)
        _ = try await fixture.predict([
            "model": "s3://out/model/", "data": "s3://in/1/", "output": "s3://out/p.parquet",
            "keep": "age",
        ])
        let ages = try await fixture.doubles("s3://out/p.parquet", "age")
        let predictions = try await fixture.doubles("s3://out/p.parquet", "prediction")
        let squares = zip(ages, predictions).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        let rmse = (squares / Double(ages.count)).squareRoot()
        #expect(isClose(try #require(result.metrics["rmse"]?.value), rmse, relative: 1e-6))
        // Labels are kept as floats in training.
        #expect(
            isClose(try #require(trained.metrics["train"]?["rmse"]?.value), rmse, relative: 1e-6))
        let mean = ages.reduce(0, +) / Double(ages.count)
        let spread = ages.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        #expect(squares < 0.8 * spread, "the model has learned nothing")
    }

    @Test("bounds never cross the prediction or each other")
    func ordersBounds() async throws {
        let fixture = try await fixture()
        _ = try await fixture.train(small())
        // Bounds that are the wrong way round, so that rows do cross.
        for (name, alpha) in [("lower", "0.6"), ("upper", "0.3")] {
            _ = try await fixture.train(
                small([
                    "objective": "quantile", "alpha": alpha, "output": "s3://out/\(name).martlet",
                ]))
        }
        let models = [
            "model": "s3://out/model/", "lower_model": "s3://out/lower.martlet",
            "upper_model": "s3://out/upper.martlet", "data": "s3://in/1/",
        ]
        let result = try await fixture.predict(
            models.merging(["output": "s3://out/p/"]) { _, new in new })
        #expect(result.crossedRows > 0)
        let point = try await fixture.doubles("s3://out/p/", "prediction")
        let lower = try await fixture.doubles("s3://out/p/", "prediction_lower")
        let upper = try await fixture.doubles("s3://out/p/", "prediction_upper")
        #expect(point.count == Self.rowCount)
        #expect(point.indices.allSatisfy { lower[$0] <= point[$0] && point[$0] <= upper[$0] })
        let coverage = try await fixture.evaluate(models).metrics["coverage"]?.value
        let ages = try await fixture.doubles("s3://in/1/", "age")
        let inside = ages.indices.count { lower[$0] <= ages[$0] && ages[$0] <= upper[$0] }
        #expect(isClose(try #require(coverage), Double(inside) / Double(ages.count)))
    }

    @Test("a text target of two values is learned as probabilities; unseen categories are counted")
    func classifiesText() async throws {
        let fixture = JobFixture()
        var random = SeededGenerator(seed: 11)
        let colours = (0..<800).map { _ in ["red", "green", "blue"].randomElement(using: &random) }
        let labels = colours.enumerated().map { index, colour -> String? in
            index == 5 ? nil : colour == "red" ? "yes" : "no"
        }
        try fixture.store.put(
            [.string("colour", colours), .string("bought", labels)], at: "s3://in/train/x")
        try fixture.store.put(
            [.string("colour", ["red", "blue", "mauve", nil, "ochre"])], at: "s3://in/new/x")
        let trained = try await fixture.train([
            "data": "s3://in/train/", "target": "bought", "objective": "binary",
            "num_iterations": "30", "output": "s3://out/m",
        ])
        #expect(trained.rows == 799 && trained.droppedRows == 1)
        #expect(try await fixture.model("s3://out/m").target.classLabels == ["no", "yes"])
        let result = try await fixture.predict([
            "model": "s3://out/m", "data": "s3://in/new/", "output": "s3://out/p/",
        ])
        #expect(result.unseenCategories == ["colour": 2])
        let drift = try #require(result.drift.first)
        // Two of five are unseen, one is missing; none of either in training.
        #expect(drift.column == "colour" && drift.shift == 0.4)
        #expect(drift.training.rows == 799 && drift.training.missing == 0)
        #expect(drift.prediction.rows == 5 && drift.prediction.missing == 1)
        #expect(drift.prediction.unseen == 2)
        let predictions = try await fixture.doubles("s3://out/p/", "prediction")
        #expect(predictions[0] > 0.9 && predictions[1] < 0.1)
        #expect(predictions.allSatisfy { $0 > 0 && $0 < 1 })
        let metrics = try await fixture.evaluate(["model": "s3://out/m", "data": "s3://in/train/"])
        #expect(metrics.rows == 799 && metrics.droppedRows == 1)
        #expect(metrics.metrics["auc"]?.value == 1)
    }

    @Test("shards of different integer widths train, and predict with what is kept")
    func bridgesTypes() async throws {
        let fixture = JobFixture()
        try fixture.store.put(
            [.int32("x", (0..<60).map { $0 }), .double("y", (0..<60).map { Double($0) })],
            at: "s3://in/0")
        try fixture.store.put(
            [.double("y", (0..<60).map { Double($0) }), .int64("x", (0..<60).map { $0 })],
            at: "s3://in/1")
        _ = try await fixture.train([
            "data": "s3://in/", "target": "y", "output": "s3://out/m", "num_iterations": "2",
        ])
        _ = try await fixture.predict([
            "model": "s3://out/m", "data": "s3://in/", "output": "s3://out/p/", "id": "x",
        ])
        let ids = try await fixture.texts("s3://out/p/", "x")[0]
        #expect(ids == (Array(0..<60) + Array(0..<60)).map { "\($0)" })
    }

    @Test("ridge finds a plane, and the same one for any number of threads")
    func fitsRidge() async throws {
        var fixture = JobFixture()
        var random = SeededGenerator(seed: 21)
        let xs = (0..<900).map { _ in Double.random(in: -1...1, using: &random) }
        let zs = (0..<900).map { _ in Double.random(in: -1...1, using: &random) }
        let ys = zip(xs, zs).map { 3 * $0 - 2 * $1 + 7 }
        let columns = [xs, zs, ys]
        for (place, parts) in [("1", [0..<900]), ("3", [0..<100, 100..<500, 500..<900])] {
            for (index, rows) in parts.enumerated() {
                try fixture.store.put(
                    zip(["x", "z", "y"], columns).map { .double($0, Array($1[rows])) },
                    at: "s3://in/\(place)/\(index).parquet", rowGroupRowCount: 130)
            }
        }
        let parameters = [
            "algorithm": "linear", "lambda_l2": "1e-6", "target": "y", "output": "s3://out/m",
        ]
        var files: [[UInt8]?] = []
        for threads in 1...3 {
            fixture.threadCount = threads
            let trained = try await fixture.train(
                parameters.merging(["data": "s3://in/1/"]) { _, new in new })
            #expect(trained.objective == "ridge" && trained.iterations == 0)
            #expect(try #require(trained.metrics["train"]?["rmse"]?.value) < 1e-4)
            files.append(fixture.store.bytes(at: "s3://out/m/model.martlet"))
        }
        #expect(files[0] != nil && files[0] == files[1] && files[0] == files[2])
        _ = try await fixture.predict([
            "model": "s3://out/m", "data": "s3://in/3/", "output": "s3://out/p/", "keep": "y",
        ])
        let labels = try await fixture.doubles("s3://out/p/", "y")
        let predictions = try await fixture.doubles("s3://out/p/", "prediction")
        #expect(labels == ys)
        #expect(
            zip(labels, predictions).allSatisfy { isClose($0, $1, relative: 0, absolute: 1e-3) })
    }
}
