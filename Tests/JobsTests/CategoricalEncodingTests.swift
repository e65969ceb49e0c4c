import Columns
import Models
import ObjectStores
import StoreTestSupport
import TestSupport
import Testing

@testable import Jobs

/// From columns of many categories to models that read their target statistics.
@Suite("Categorical encoding")
struct CategoricalEncodingTests {
    private static let rowCount = 6_000

    /// `y` follows 150 cities, and colours and shapes together; `few` is noise.
    private func fixture(shardCount: Int = 2, threadCount: Int = 2) throws -> JobFixture {
        var fixture = JobFixture()
        fixture.threadCount = threadCount
        var random = SeededGenerator(seed: 11)
        var cities: [String?] = []
        var colors: [String?] = []
        var shapes: [String?] = []
        var x: [Double?] = []
        var y: [Double] = []
        for _ in 0..<Self.rowCount {
            let city = Int.random(in: 0..<150, using: &random)
            let color = Int.random(in: 0..<18, using: &random)
            let shape = Int.random(in: 0..<18, using: &random)
            let number = Double.random(in: -1...1, using: &random)
            cities.append(city % 29 == 0 ? nil : "city \(city)")
            colors.append("color \(color)")
            shapes.append("shape \(shape)")
            x.append(number)
            var effects = SeededGenerator(seed: UInt64(city))
            let ofCity = Double.random(in: -1...1, using: &effects)
            effects = SeededGenerator(seed: UInt64(1_000 + color * 18 + shape))
            let together = Double.random(in: -2...2, using: &effects)
            y.append(number + ofCity + together + Double.random(in: -1...1, using: &random))
        }
        for shard in 0..<shardCount {
            let rows =
                shard * Self.rowCount / shardCount..<(shard + 1) * Self.rowCount / shardCount
            try fixture.store.put(
                [
                    .string("city", Array(cities[rows])), .string("color", Array(colors[rows])),
                    .string("shape", Array(shapes[rows])),
                    .string("few", rows.map { $0 % 3 == 0 ? "a" : "b" }),
                    .double("x", Array(x[rows])), .double("y", y[rows].map { $0 }),
                    .int64("positive", y[rows].map { $0 > 0 ? 1 : 0 }),
                    .int64("third", y[rows].map { $0 < -0.5 ? 0 : $0 < 0.5 ? 1 : 2 }),
                    .double("w", rows.map { Double($0 % 4) }),
                ], at: "s3://in/part-\(shard).parquet", rowGroupRowCount: 700)
        }
        return fixture
    }

    private func parameters(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "y", "features": "city,color,shape,few,x",
            "num_iterations": "40", "valid_fraction": "0.3", "output": "s3://out/m.martlet",
            "report": "never",
        ].merging(more) { _, new in new }
    }

    @Test("statistics win over sets, and the model says what it reads")
    func wins() async throws {
        let fixture = try fixture()
        let native = try await fixture.train(parameters(["categorical_encoding": "native"]))
        #expect(try await fixture.model("s3://out/m.martlet").features.statistics.isEmpty)
        let auto = try await fixture.train(parameters(["report": "always"]))
        let read = try #require(auto.metrics["valid"]?["rmse"]?.value)
        let split = try #require(native.metrics["valid"]?["rmse"]?.value)
        #expect(read < 0.9 * split)
        let model = try await fixture.model("s3://out/m.martlet")
        #expect(model.features.statistics.map(\.features) == [[0], [1, 2]])
        #expect(model.features.termNames.last == "color×shape")
        #expect(model.importances.count == 6 && model.importances[5].gain > 0)
        #expect(model.importances[0].splitCount > 0)
        #expect(model.parameters["categorical_encoding"] == .string("auto"))
        let inspection = ModelInspection(
            model,
            object: .init(url: try ObjectURL(parsing: "s3://out/m.martlet"), byteCount: 1, etag: "")
        )
        #expect(inspection.features[0].encoding == "target")
        #expect(inspection.features[1].encoding == "categorical")
        #expect(inspection.combinations?.map(\.name) == ["color×shape"])
        let url = try #require(auto.report)
        let report = try #require(fixture.store.bytes(at: url))
        #expect(String(decoding: report, as: UTF8.self).contains("color×shape"))
    }

    @Test("the same bytes for any number of threads and any shards")
    func isDeterministic() async throws {
        let expected = try fixture()
        let first = try await expected.train(parameters())
        let tables = try await expected.model(first.model).features.statistics
        for (shards, threads) in [(1, 1), (2, 1), (2, 3), (5, 3)] {
            let other = try fixture(shardCount: shards, threadCount: threads)
            _ = try await other.train(parameters())
            let model = try await other.model("s3://out/m.martlet")
            #expect(model.features.statistics == tables)
            #expect(try await model.kind == expected.model(first.model).kind)
            if shards == 2 {
                #expect(other.store.bytes(at: first.model) == expected.store.bytes(at: first.model))
            }
        }
    }

    @Test("a stopped training goes on to the bytes of an undisturbed one")
    func resumes() async throws {
        var fixture = try fixture()
        fixture.savesUnasked = true
        _ = try await fixture.train(parameters())
        let expected = fixture.store.bytes(at: "s3://out/m.martlet")
        var stopped = fixture
        let shutdown = Shutdown()
        stopped.shutdown = shutdown
        stopped.progress = Progress { stage, done, _ in
            if stage == "training", done == 11 { shutdown.request(.signal) }
        }
        let job = stopped
        let more = parameters()
        let failure = await #expect(throws: JobFailure.self) { try await job.run(.train, more) }
        #expect(failure?.name == .interrupted)
        #expect(try await fixture.train(more).resumedIterations == 11)
        #expect(fixture.store.bytes(at: "s3://out/m.martlet") == expected)
    }

    @Test("two runs over the same data are one")
    func continues() async throws {
        let fixture = try fixture()
        let plain = ["valid_fraction": "0", "num_leaves": "7"]
        _ = try await fixture.train(
            parameters(["snapshot_freq": "15"]).merging(plain) { _, new in new })
        let whole = try await fixture.model("s3://out/m.martlet")
        _ = try await fixture.train(
            parameters([
                "init_model": "s3://out/m-snapshot-000015.martlet", "num_iterations": "25",
                "output": "s3://out/next.martlet",
            ]).merging(plain) { _, new in new })
        let next = try await fixture.model("s3://out/next.martlet")
        #expect(next.kind == whole.kind && next.features == whole.features)
    }

    @Test(
        "every kind of target, with weights",
        arguments: [
            ("binary", "positive"), ("multiclass", "third"), ("quantile", "y"),
            ("regression_l1", "y"), ("poisson", "third"),
        ])
    func objectives(objective: String, target: String) async throws {
        let fixture = try fixture()
        let result = try await fixture.train(
            parameters([
                "objective": objective, "target": target, "weight": "w", "num_iterations": "15",
                "early_stopping_round": "5",
            ]))
        let model = try await fixture.model(result.model)
        let classes: [Int?] = objective == "multiclass" ? [0, 1, 2] : [nil]
        #expect(model.features.statistics.prefix(classes.count).map(\.classIndex) == classes)
        #expect(model.features.statistics.allSatisfy { !$0.cells.isEmpty })
        // What validation saw while training is what prediction gives.
        let measured = try await fixture.evaluate(["model": result.model, "data": "s3://in/"])
        #expect(!measured.metrics.isEmpty)
        _ = try await fixture.predict([
            "model": result.model, "data": "s3://in/", "output": "s3://p/",
            "contributions": "true", "raw_score": "true",
        ])
        guard model.outputCount == 1 else { return }
        let raw = try await fixture.doubles("s3://p/part-0.parquet", "prediction")
        var sums = try await fixture.doubles("s3://p/part-0.parquet", "expected_value")
        for name in model.features.names {
            let shares = try await fixture.doubles(
                "s3://p/part-0.parquet", "contribution_\(name)")
            for row in sums.indices { sums[row] += shares[row] }
        }
        for row in raw.indices {
            #expect(isClose(sums[row], raw[row], relative: 1e-9, absolute: 1e-9))
        }
    }

    @Test("validation while training is prediction by the model")
    func validationIsPrediction() async throws {
        let fixture = try fixture()
        let result = try await fixture.train(
            parameters(["valid_data": "s3://in/part-1.parquet", "valid_fraction": "0"]))
        let measured = try await fixture.evaluate([
            "model": result.model, "data": "s3://in/part-1.parquet",
        ])
        let during = try #require(result.metrics["valid"]?["rmse"]?.value)
        let after = try #require(measured.metrics["rmse"]?.value)
        // Labels are floats in training.
        #expect(isClose(during, after, relative: 1e-7))
    }

    @Test("by column, and what does not fit is refused")
    func byColumn() async throws {
        let fixture = try fixture()
        func statistics(_ more: [String: String]) async throws -> [[Int]] {
            _ = try await fixture.train(
                parameters(["num_iterations": "2"]).merging(more) { _, new in new })
            return try await fixture.model("s3://out/m.martlet").features.statistics.map(
                \.features)
        }
        #expect(try await statistics(["categorical_encoding": "native,few=target"]) == [[3]])
        #expect(
            try await statistics(["categorical_encoding": "target", "max_ctr_complexity": "1"])
                == [[0], [1], [2], [3]])
        #expect(try await statistics(["categorical_encoding": "color=native"]) == [[0]])
        for wrong in [
            ["categorical_encoding": "onehot"], ["categorical_encoding": "x=target"],
            ["categorical_encoding": "cty=target"], ["max_ctr_complexity": "3"],
            ["categorical_encoding": "city=target,city=native"], ["cat_smooth": "-1"],
            ["categorical_encoding": "native", "algorithm": "linear"],
        ] {
            let failure = await #expect(throws: JobFailure.self, "\(wrong)") {
                try await fixture.run(
                    .train, parameters(wrong))
            }
            #expect(failure?.name == .configInvalid, "\(wrong)")
        }
    }

    @Test("constraints reach the statistics")
    func constraints() async throws {
        let fixture = try fixture()
        let result = try await fixture.train(
            parameters([
                "interaction_constraints": "[city,x],[color,shape],[few]",
                "monotone_constraints": "x=1", "num_leaves": "15",
            ]))
        let model = try await fixture.model(result.model)
        guard case .trees(let ensemble) = model.kind else { return #expect(Bool(false)) }
        var used: Set<Int> = []
        for tree in ensemble.trees {
            let columns = tree.nodes.flatMap {
                model.features.sources(ofColumn: Int($0.feature))
            }
            used.formUnion(tree.nodes.map { Int($0.feature) })
            let first = columns.first ?? 0
            let group: Set<Int> = first == 0 || first == 4 ? [0, 4] : first == 3 ? [3] : [1, 2]
            #expect(Set(columns).isSubset(of: group))
        }
        #expect(used.contains(5) && used.contains(6))
    }

    @Test(
        "other programs' formats refuse the model by name",
        arguments: ["lightgbm", "xgboost", "onnx"])
    func isNotConverted(format: String) async throws {
        let fixture = try fixture()
        let result = try await fixture.train(parameters(["num_iterations": "2"]))
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(
                .convert, ["model": result.model, "to": format, "output": "s3://out/other"])
        }
        #expect(failure?.message.contains("`city`") == true)
    }
}
