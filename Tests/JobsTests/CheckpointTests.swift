import Callbacks
import Columns
import Logging
import Models
import ObjectStores
import StoreTestSupport
import TestSupport
import Testing
import Trees

@testable import Jobs

@Suite("Checkpoints")
struct CheckpointTests {
    private static let checkpoint = "s3://out/model/_checkpoint-train.martlet"

    private func fixture() async throws -> JobFixture {
        var fixture = JobFixture()
        fixture.savesUnasked = true
        try await fixture.run(
            .generate, ["rows": "800", "shards": "3", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "12",
            "num_leaves": "7", "output": "s3://out/model/",
        ].merging(more) { _, new in new }
    }

    /// The same fixture with a request to stop once so many rounds are done.
    private func stopping(_ fixture: JobFixture, afterRound round: Int) -> JobFixture {
        var stopped = fixture
        let shutdown = Shutdown()
        stopped.shutdown = shutdown
        stopped.progress = Progress { stage, done, _ in
            if stage == "training", done == round { shutdown.request(.signal) }
        }
        return stopped
    }

    @Test(
        "a stopped training goes on to the bytes of an undisturbed one",
        arguments: [
            [:], ["valid_fraction": "0.3", "early_stopping_round": "4", "learning_rate": "0.9"],
            ["bagging_fraction": "0.6", "bagging_freq": "2", "feature_fraction": "0.5"],
            ["objective": "quantile", "alpha": "0.9", "valid_fraction": "0.2"],
        ])
    func goesOn(more: [String: String]) async throws {
        let fixture = try await fixture()
        let undisturbed = try await fixture.train(parameters(more))
        let expected = try #require(fixture.store.bytes(at: undisturbed.model))
        try await fixture.store.remove(ObjectURL(parsing: undisturbed.model))
        var done = 0
        for round in [3, 5, 7] where round < undisturbed.iterations {
            let failure = await #expect(throws: JobFailure.self) {
                try await stopping(fixture, afterRound: round).run(.train, parameters(more))
            }
            #expect(failure?.name == .interrupted)
            #expect(failure?.place.object == Self.checkpoint)
            #expect(fixture.store.bytes(at: Self.checkpoint) != nil)
            #expect(fixture.store.bytes(at: undisturbed.model) == nil)
            done = round
        }
        let result = try await fixture.train(parameters(more))
        #expect(result.resumedIterations == done)
        #expect(fixture.store.bytes(at: result.model) == expected)
        #expect(fixture.store.bytes(at: Self.checkpoint) == nil)
    }

    @Test("it is saved every so many rounds, and found after a kill")
    func savesOnTheWay() async throws {
        let fixture = try await fixture()
        let whole = try await fixture.train(parameters())
        let expected = try #require(fixture.store.bytes(at: whole.model))
        // The commit fails: the process is as good as killed after its last round.
        var killed = fixture
        killed.gate = { throw TaskCallbackError(.unavailable, "killed") }
        await #expect(throws: JobFailure.self) {
            try await killed.run(.train, parameters(["checkpoint_interval": "1"]))
        }
        let saved = try #require(fixture.store.bytes(at: Self.checkpoint))
        #expect(try TrainingCheckpoint(decoding: saved).model.ensemble.iterationCount >= 1)
        let result = try await fixture.train(parameters())
        #expect(result.resumedIterations >= 1)
        #expect(fixture.store.bytes(at: result.model) == expected)
    }

    @Test("without a runner, and with interval 0, nothing is saved unasked")
    func savesOnlyWhenAsked() async throws {
        var fixture = try await fixture()
        fixture.savesUnasked = false
        await #expect(throws: JobFailure.self) {
            try await stopping(fixture, afterRound: 3).run(.train, parameters())
        }
        #expect(fixture.store.bytes(at: Self.checkpoint) == nil)
        await #expect(throws: JobFailure.self) {
            try await stopping(fixture, afterRound: 3).run(
                .train, parameters(["checkpoint": "s3://save/here/", "checkpoint_interval": "0"]))
        }
        #expect(fixture.store.bytes(at: "s3://save/here/checkpoint.martlet") != nil)
    }

    @Test("what does not fit is not gone on from")
    func refusesForeigners() async throws {
        let fixture = try await fixture()
        await #expect(throws: JobFailure.self) {
            try await stopping(fixture, afterRound: 6).run(.train, parameters())
        }
        let saved = try #require(fixture.store.bytes(at: Self.checkpoint))
        func resumed(_ fixture: JobFixture, _ more: [String: String]) async throws -> Int {
            fixture.store.put(saved, at: Self.checkpoint)
            return try await fixture.train(parameters(more)).resumedIterations
        }
        #expect(try await resumed(fixture, [:]) == 6)
        #expect(try await resumed(fixture, ["learning_rate": "0.2"]) == 0)
        #expect(try await resumed(fixture, ["seed": "9"]) == 0)
        #expect(try await resumed(fixture, ["threads": "1"]) == 6)
        var newer = fixture
        newer.programVersion = "1.2.4"
        #expect(try await resumed(newer, [:]) == 0)
        // A shard is written again: other bytes are other data.
        let shard = "s3://in/part-00001.parquet"
        fixture.store.put(try #require(fixture.store.bytes(at: shard)), at: shard)
        #expect(try await resumed(fixture, [:]) == 0)
    }

    @Test("damaged checkpoints are refused whole", arguments: 0..<6)
    func refusesDamage(seed: Int) async throws {
        let fixture = try await fixture()
        await #expect(throws: JobFailure.self) {
            try await stopping(fixture, afterRound: 2).run(.train, parameters())
        }
        var bytes = try #require(fixture.store.bytes(at: Self.checkpoint))
        #expect(throws: Never.self) { try TrainingCheckpoint(decoding: bytes) }
        var random = SeededGenerator(seed: UInt64(seed))
        if seed % 2 == 0 {
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << (seed % 8)
        } else {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        }
        #expect(throws: ModelError.self) { try TrainingCheckpoint(decoding: bytes) }
        fixture.store.put(bytes, at: Self.checkpoint)
        #expect(try await fixture.train(parameters()).resumedIterations == 0)
    }

    @Test("the metric's history comes back bit by bit, NaN included")
    func keepsHistory() throws {
        let model = BoostedModel(
            ensemble: TreeEnsemble(
                outputCount: 1, baseScores: [0.1],
                trees: [Tree](
                    repeating: Tree(nodes: [], leafValues: [0.5], leafRowCounts: [3]), count: 4)),
            bestIteration: 2, validationHistory: [.nan, 0.1 + 0.2, -0.0, .infinity],
            ending: .interrupted)
        let origin = CheckpointOrigin(
            program: "1", parameters: ["a": "b,c"], inputsSHA256: "00")
        let artifact = ModelArtifact(
            kind: .trees(model.ensemble), algorithm: "gbdt", objective: "unfinished",
            features: FeatureSchema([]), target: ModelTarget(name: "y", type: .double),
            provenance: Provenance(programVersion: "1", trainRowCount: 3))
        let bytes = try TrainingCheckpoint(origin: origin, model: model).encoded(as: artifact)
        let decoded = try TrainingCheckpoint(decoding: bytes)
        #expect(decoded.origin == origin)
        #expect(decoded.model.ensemble == model.ensemble)
        #expect(decoded.model.bestIteration == 2)
        #expect(
            decoded.model.validationHistory.map(\.bitPattern)
                == model.validationHistory.map(\.bitPattern))
    }

    @Test(
        "intervals are times or rounds",
        arguments: [
            ("60s", CheckpointInterval.time(.seconds(60))), ("5m", .time(.seconds(300))),
            ("2h", .time(.seconds(7_200))), ("20", .rounds(20)), ("0", .never), ("0s", .never),
        ] as [(String, CheckpointInterval)])
    func parsesIntervals(text: String, interval: CheckpointInterval) {
        #expect(CheckpointInterval(parsing: text) == interval)
    }

    @Test("other intervals are refused", arguments: ["", "s", "-1", "1.5s", "1d", "99999999h"])
    func refusesIntervals(text: String) {
        #expect(CheckpointInterval(parsing: text) == nil)
    }
}
