import Columns
import Models
import ObjectStores
import Predictions
import StoreTestSupport
import TestSupport
import Testing

@testable import Jobs

@Suite("Edge tables")
struct EdgeTableTests {
    private static let rowCount = 400

    /// `y` follows `x`, of which some are missing or not finite, and the partition `k`.
    private func fixture() throws -> JobFixture {
        let fixture = JobFixture()
        var random = SeededGenerator(seed: 8)
        for part in 0..<2 {
            let xs = (0..<Self.rowCount / 2).map { row -> Double? in
                switch row % 10 {
                case 0: nil
                case 1: .infinity
                case 2: -.infinity
                case 3: .nan
                default: Double.random(in: 0..<1, using: &random)
                }
            }
            let ys = xs.map { x in
                Double(part) * 10 + (x.map { $0.isNaN ? 0 : min(max($0, -5), 5) } ?? 0)
            }
            try fixture.store.put(
                [
                    .int64("id", (0..<Int64(xs.count)).map { $0 + Int64(part * 1_000) }),
                    .double("x", xs), .double("y", ys),
                    .double("w", ys.indices.map { Double($0 % 3) }),
                ], at: "s3://in/k=\(part)/x.parquet", rowGroupRowCount: 64)
        }
        return fixture
    }

    private let training = [
        "data": "s3://in/", "target": "y", "output": "s3://out/m", "ignore_features": "id,w",
        "num_iterations": "40", "min_data_in_leaf": "5",
    ]

    @Test("partitions are features; missing and infinite values are learned and predicted")
    func learnsFromPartitions() async throws {
        let fixture = try fixture()
        let trained = try await fixture.train(training)
        #expect(trained.features == 2)
        let result = try await fixture.predict([
            "model": "s3://out/m", "data": "s3://in/", "output": "s3://out/p/", "id": "id",
            "keep": "y,k",
        ])
        // The partition is kept twice: as a folder, and as the column that was asked for.
        #expect(
            result.outputs == ["s3://out/p/k=0/x.parquet", "s3://out/p/k=1/x.parquet"])
        for output in result.outputs {
            let texts = try await fixture.texts(output, "y", "k", "prediction")
            #expect(texts[1].allSatisfy { output.contains("k=\($0 ?? "")/") })
            let errors = zip(texts[0], texts[2]).map { y, prediction in
                abs(
                    (y.flatMap { Double($0) } ?? .nan) - (prediction.flatMap { Double($0) } ?? .nan)
                )
            }
            #expect(errors.allSatisfy { $0 < 1 })
        }
    }

    @Test("a shard without rows gives predictions without rows")
    func predictsEmptyShards() async throws {
        let fixture = try fixture()
        _ = try await fixture.train(training)
        try fixture.store.put(
            [.int64("id", []), .double("x", []), .double("w", []), .double("y", [])],
            at: "s3://in/k=2/x.parquet")
        let result = try await fixture.predict([
            "model": "s3://out/m", "data": "s3://in/", "output": "s3://out/p/", "id": "id",
        ])
        #expect(result.outputs.count == 3)
        #expect(result.rowsOut == Self.rowCount)
        #expect(try await fixture.texts("s3://out/p/", "prediction")[0].count == Self.rowCount)
        #expect(try await fixture.doubles(result.outputs[2], "prediction").isEmpty)
    }

    @Test("rows of weight 0 teach nothing; weights reach training and evaluation")
    func weighs() async throws {
        let fixture = JobFixture()
        let xs = (0..<200).map { Double($0) }
        try fixture.store.put(
            [
                .double("x", xs), .double("y", xs.map { $0 < 100 ? 1 : $0 < 150 ? 2 : 1e6 }),
                .double("w", xs.map { $0 < 150 ? 1 : 0 }),
            ], at: "s3://in/x")
        let trained = try await fixture.train([
            "data": "s3://in/", "target": "y", "weight": "w", "output": "s3://out/m",
        ])
        let rmse = try #require(trained.metrics["train"]?["rmse"]?.value)
        #expect(rmse < 0.1)
        let weighted = try await fixture.evaluate([
            "model": "s3://out/m", "data": "s3://in/", "weight": "w",
        ])
        #expect(isClose(try #require(weighted.metrics["rmse"]?.value), rmse, relative: 1e-6))
        let unweighted = try await fixture.evaluate(["model": "s3://out/m", "data": "s3://in/"])
        #expect(try #require(unweighted.metrics["rmse"]?.value) > 1e5)
        // One column for both is odd, but no reason to die.
        let both = try await fixture.evaluate([
            "model": "s3://out/m", "data": "s3://in/", "weight": "y",
        ])
        #expect(both.metrics["rmse"]?.value != nil)
    }

    @Test("validation rows of their own stop the training early and are not learned from")
    func validatesOnOtherShards() async throws {
        let fixture = try fixture()
        try fixture.store.put(
            [.double("x", [0.5, nil, 0.5]), .double("y", [1, 2, nil])],
            at: "s3://valid/k=1/x.parquet")
        let trained = try await fixture.train(
            training.merging([
                "valid_data": "s3://valid/", "early_stopping_round": "2", "metric": "mae,rmse",
            ]) { _, new in new })
        #expect(trained.rows == Self.rowCount && trained.validRows == 2)
        #expect(trained.metrics["valid"]?.keys.sorted() == ["mae", "rmse"])
        #expect(trained.bestIteration <= trained.iterations)
        let model = try await fixture.model("s3://out/m")
        #expect(model.provenance.inputs.map(\.url).contains("s3://valid/k=1/x.parquet"))
    }

    @Test("several places of data make one table, in the order given")
    func joinsPlaces() async throws {
        let fixture = try fixture()
        _ = try await fixture.train(training.merging(["features": "x"]) { _, new in new })
        let spec = try PredictSpec(
            JobValues(
                command: .predict,
                layers: [
                    [
                        "data": .list(["s3://in/k=1/x.parquet", "s3://in/k=0/"]),
                        "model": .text("s3://out/m"), "output": .text("s3://out/p"),
                        "id": .list(["id,y", "id"]),
                    ].mapValues { ParameterValue($0, from: .commandLine) }
                ]))
        #expect(spec.options.keptColumns == ["id", "y"])
        let result = try await PredictJob(spec: spec, context: fixture.context).run()
        #expect(result.outputs == ["s3://out/p/x-0.parquet", "s3://out/p/x-1.parquet"])
        let first = try await fixture.texts(result.outputs[0], "id")[0]
        #expect(first == (1_000..<1_200).map { "\($0)" })
    }
}
