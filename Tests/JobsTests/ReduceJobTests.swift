import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Partial statistics")
struct ReduceJobTests {
    private static let base = [
        "target": "age", "ignore_features": "id", "algorithm": "linear",
        "categorical_feature": "quarter",
    ]

    private func fixture() async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "5000", "shards": "4", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String]) -> [String: String] {
        Self.base.merging(more) { _, new in new }
    }

    @Test(
        "reduce gives the coefficients of one machine, bit for bit",
        arguments: [
            ["objective": "ridge", "lambda_l2": "3"], ["objective": "ridge", "lambda_l2": "auto"],
            ["objective": "elasticnet"], ["objective": "lasso", "lambda_l1": "20"],
        ])
    func equalsOneMachine(objective: [String: String]) async throws {
        let fixture = try await fixture()
        let whole = try await fixture.train(
            parameters(objective.merging(["data": "s3://in/", "output": "s3://out/one/"]) { $1 }))
        // The groups come in any order, and hold one or several shards.
        for (group, shards) in [[2, 3], [0], [1]].enumerated() {
            var more = objective
            more["output"] = "s3://out/parts/\(group)/"
            more["partial"] = "true"
            more["data"] = "s3://in/part-0000\(shards[0]).parquet"
            if shards.count > 1 {
                // `--data` is a list; two shards are a manifest here.
                more["data"] = "s3://in/group-\(group).json"
                let objects = shards.map { "{\"url\":\"s3://in/part-0000\($0).parquet\"}" }
                let text = "{\"version\":1,\"objects\":[\(objects.joined(separator: ","))]}"
                fixture.store.put(Array(text.utf8), at: more["data"] ?? "")
            }
            let partial = try await fixture.train(parameters(more))
            #expect(partial.isPartial == true && partial.metrics.isEmpty)
        }
        let spec = try ReduceSpec(
            JobFixture.values(
                .reduce, ["partials": "s3://out/parts/", "output": "s3://out/reduced/"]))
        let reduced = try await ReduceJob(spec: spec, context: fixture.context).run()
        #expect(reduced.rows == whole.rows && reduced.shardCount == 4)
        let one = try await fixture.model("s3://out/one/")
        let sum = try await fixture.model("s3://out/reduced/")
        #expect(one.kind == sum.kind)
        #expect(one.features == sum.features && one.metrics == sum.metrics)
    }

    @Test("a shard twice, other parameters, damaged bytes: refused")
    func refusals() async throws {
        let fixture = try await fixture()
        for (name, more) in [
            ("a", ["data": "s3://in/part-00000.parquet"]),
            ("b", ["data": "s3://in/part-00000.parquet"]),
            ("c", ["data": "s3://in/part-00001.parquet", "lambda_l2": "7"]),
            ("d", ["data": "s3://in/part-00001.parquet", "ignore_features": "id,quarter"]),
        ] {
            var more = more
            more["partial"] = "true"
            more["output"] = "s3://out/\(name)/"
            _ = try await fixture.train(parameters(more))
        }
        for names in [["a", "b"], ["a", "c"], ["a", "d"], ["none"]] {
            let error = await #expect(throws: JobFailure.self) {
                try await fixture.run(
                    .reduce,
                    [
                        "partials": names.map { "s3://out/\($0)/" }.joined(separator: ","),
                        "output": "s3://out/x/",
                    ])
            }
            #expect(error?.name != .internal)
        }
        let bytes = try #require(
            fixture.store.bytes(at: "s3://out/a/statistics.martlet-partial"))
        let statistics = try PartialStatistics(bytes, source: "a")
        #expect(try PartialStatistics(statistics.encoded(), source: "a") == statistics)
        for index in [0, 12, 20, 40, bytes.count / 2, bytes.count - 1] {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: JobFailure.self) { try PartialStatistics(damaged, source: "a") }
        }
        #expect(throws: JobFailure.self) {
            try PartialStatistics(Array(bytes.prefix(100)), source: "a")
        }
    }

    @Test("what has no parts is refused")
    func needsParts() async throws {
        let fixture = try await fixture()
        for more in [
            ["objective": "logistic"], ["objective": "poisson"], ["interval": "0.8"],
            ["valid_fraction": "0.1"], ["metric": "mae"], ["algorithm": "gbdt"],
        ] {
            var more = more
            more["partial"] = "true"
            more["data"] = "s3://in/"
            more["output"] = "s3://out/"
            let error = await #expect(throws: JobFailure.self) {
                try await fixture.train(parameters(more))
            }
            #expect(error?.name == .configInvalid)
        }
    }
}
