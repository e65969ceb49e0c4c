import Models
import ObjectStores
import StoreTestSupport
import Testing
import Trees

@testable import Jobs

@Suite("Continued training")
struct InitialModelJobTests {
    private func fixture() async throws -> JobFixture {
        let fixture = JobFixture()
        for (seed, folder) in [("5", "in"), ("6", "other")] {
            try await fixture.run(
                .generate,
                ["rows": "800", "shards": "2", "seed": seed, "output": "s3://\(folder)/"])
        }
        return fixture
    }

    private func parameters(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "8",
            "num_leaves": "7", "bagging_fraction": "0.7", "bagging_freq": "2",
            "output": "s3://out/whole/", "report": "never",
        ].merging(more) { _, new in new }
    }

    private func trees(_ fixture: JobFixture, _ url: String) async throws -> TreeEnsemble {
        guard case .trees(let ensemble) = try await fixture.model(url).kind else {
            throw JobFailure(.internal, "no trees")
        }
        return ensemble
    }

    @Test("two runs over the same data are one, and snapshots are models on the way")
    func twoRunsAreOne() async throws {
        let fixture = try await fixture()
        _ = try await fixture.train(parameters(["snapshot_freq": "3"]))
        let whole = try await trees(fixture, "s3://out/whole/")
        for round in [3, 6] {
            let snapshot = "s3://out/whole/snapshot-00000\(round).martlet"
            #expect(
                try await trees(fixture, snapshot).trees == Array(whole.trees[..<round]))
            let next = try await fixture.train(
                parameters([
                    "init_model": snapshot, "num_iterations": "\(8 - round)",
                    "output": "s3://out/next.martlet", "snapshot_freq": "8",
                ]))
            #expect(next.iterations == 8)
            #expect(try await trees(fixture, "s3://out/next.martlet") == whole)
            #expect(
                try await trees(fixture, "s3://out/next-snapshot-000008.martlet") == whole)
        }
        let model = try await fixture.model("s3://out/next.martlet")
        #expect(
            model.parameters["init_model"]
                == .string("s3://out/whole/snapshot-000006.martlet"))
        _ = try await fixture.predict([
            "data": "s3://other/", "model": "s3://out/whole/snapshot-000003.martlet",
            "output": "s3://predicted/",
        ])
    }

    @Test("over other data a stopped run goes on to the bytes of an undisturbed one")
    func goesOnOverOtherData() async throws {
        var fixture = try await fixture()
        fixture.savesUnasked = true
        _ = try await fixture.train(parameters())
        let more = parameters([
            "data": "s3://other/", "init_model": "s3://out/whole/", "valid_fraction": "0.3",
            "output": "s3://out/next/", "early_stopping_round": "6",
        ])
        let undisturbed = try await fixture.train(more)
        let expected = try #require(fixture.store.bytes(at: undisturbed.model))
        let whole = try await trees(fixture, "s3://out/whole/")
        let next = try await trees(fixture, "s3://out/next/")
        #expect(Array(next.trees[..<8]) == whole.trees && next.baseScores == whole.baseScores)
        try await fixture.store.remove(ObjectURL(parsing: undisturbed.model))
        await expectStop(fixture, more)
        let result = try await fixture.train(more)
        #expect(result.resumedIterations == 11)
        #expect(fixture.store.bytes(at: result.model) == expected)
        // Another model to go on from is another training.
        await expectStop(fixture, more)
        _ = try await fixture.train(parameters(["seed": "3"]))
        #expect(try await fixture.train(more).resumedIterations == 0)
    }

    /// Stops a training after its eleventh round.
    private func expectStop(_ fixture: JobFixture, _ parameters: [String: String]) async {
        var stopped = fixture
        let shutdown = Shutdown()
        stopped.shutdown = shutdown
        stopped.progress = Progress { stage, done, _ in
            if stage == "training", done == 11 { shutdown.request(.signal) }
        }
        let job = stopped
        let failure = await #expect(throws: JobFailure.self) {
            try await job.run(.train, parameters)
        }
        #expect(failure?.name == .interrupted)
    }

    @Test("models that do not fit are refused")
    func misfitsAreRefused() async throws {
        let fixture = try await fixture()
        _ = try await fixture.train(parameters())
        let more = ["init_model": "s3://out/whole/", "output": "s3://out/next/"]
        let cases: [([String: String], JobErrorName)] = [
            (["objective": "poisson"], .modelIncompatible),
            (["objective": "quantile"], .modelIncompatible),
            (["target": "tenure_months"], .modelIncompatible),
            (["features": "tenure_months"], .configInvalid),
            (["ignore_features": "tenure_months"], .configInvalid),
            (["categorical_feature": "tenure_months"], .configInvalid),
            (["init_score": "tenure_months"], .configInvalid),
            (["algorithm": "linear"], .configInvalid),
            (["init_model": "s3://out/nothing/"], .dataInvalid),
        ]
        for (change, name) in cases {
            let failure = await #expect(throws: JobFailure.self, "\(change)") {
                try await fixture.run(
                    .train, parameters(more).merging(change) { _, new in new })
            }
            #expect(failure?.name == name, "\(change)")
        }
    }
}
