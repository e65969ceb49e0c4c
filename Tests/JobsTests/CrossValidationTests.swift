import Binning
import Columns
import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Cross-validation")
struct CrossValidationTests {
    private func fixture(rows: Int = 900) async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "\(rows)", "shards": "3", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "15",
            "num_leaves": "7", "learning_rate": "0.3", "report": "never", "cv": "3",
            "output": "s3://out/model/",
        ].merging(more) { _, new in new }
    }

    @Test("the model is that of a training on all rows with the best number of rounds")
    func refitsOnAllRows() async throws {
        let fixture = try await fixture()
        let result = try await fixture.train(parameters(["early_stopping_round": "4"]))
        let report = try #require(result.crossValidation)
        #expect(result.iterations == report.bestIteration)
        let history = try #require(report.rounds["rmse"])
        let means = history.mean.compactMap(\.value)
        #expect(means[report.bestIteration - 1] == means.min())
        var plain = parameters([
            "num_iterations": "\(report.bestIteration)", "output": "s3://out/plain/",
        ])
        plain["cv"] = nil
        let other = try await fixture.train(plain)
        let (chosen, direct) = (
            try await fixture.model(result.model), try await fixture.model(other.model)
        )
        #expect(chosen.kind == direct.kind)
        #expect(chosen.metrics["train"] == direct.metrics["train"])
        #expect(chosen.parameters["num_iterations"] == direct.parameters["num_iterations"])
        #expect(chosen.parameters["cv"] == .integer(3))
        #expect(result.rows == 900 && result.validRows == 0)
    }

    @Test("folds say what they held out; means and deviations are theirs")
    func reportsFolds() async throws {
        let fixture = try await fixture()
        let result = try await fixture.train(parameters(["metric": "mae,rmse"]))
        let report = try #require(result.crossValidation)
        #expect(report.metric == "mae")
        #expect(Set(report.rounds.keys) == ["mae", "rmse"])
        #expect(report.folds.map(\.validRows) == [300, 300, 300])
        #expect(report.folds.map(\.rows) == [600, 600, 600])
        for name in ["mae", "rmse"] {
            let values = report.folds.compactMap { $0.metrics[name]?.value }
            let mean = values.reduce(0, +) / 3
            #expect(report.metrics[name]?.mean.value == mean)
            let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            #expect(report.metrics[name]?.std.value == (squares / 3).squareRoot())
            // The history ends in the same numbers, which were found round by round.
            let history = try #require(report.rounds[name])
            #expect(history.mean.count == 15)
            #expect(history.mean[report.bestIteration - 1].value == mean)
        }
        #expect(result.metrics["valid"]?["mae"] == report.metrics["mae"]?.mean)
    }

    @Test("metrics that were not followed are measured after the best round")
    func measuresTheRest() async throws {
        let fixture = try await fixture()
        let named = try await fixture.train(
            parameters(["metric": "rmse,mae,r2,within_3,within_5,within_10"]))
        let plain = try await fixture.train(parameters())
        #expect(plain.crossValidation?.metrics == named.crossValidation?.metrics)
        #expect(plain.crossValidation?.rounds.keys.sorted() == ["rmse"])
    }

    @Test("the same bytes for any number of threads", arguments: [1, 3])
    func bytes(threadCount: Int) async throws {
        var fixture = try await fixture()
        let expected = try await fixture.train(parameters(["early_stopping_round": "3"]))
        let bytes = try #require(fixture.store.bytes(at: expected.model))
        fixture.threadCount = threadCount
        let result = try await fixture.train(parameters(["early_stopping_round": "3"]))
        #expect(fixture.store.bytes(at: result.model) == bytes)
        #expect(result.crossValidation == expected.crossValidation)
    }

    @Test("folds read categories natively: statistics would hold the labels held out")
    func refusesStatistics() throws {
        let spec = try TrainSpec(JobFixture.values(.train, parameters()))
        #expect(!spec.encoding.usesTarget(column: "any", distinctCount: 1_000, classCount: 1))
        #expect(!spec.encoding.combines(column: "any", classCount: 1))
        for asked in ["target", "city=target"] {
            let failure = #expect(throws: JobFailure.self) {
                _ = try TrainSpec(
                    JobFixture.values(.train, parameters(["categorical_encoding": asked])))
            }
            #expect(failure?.name == .configInvalid)
        }
    }

    @Test("without memory for all folds they train one after the other, to the same result")
    func needsLittleMemory() async throws {
        var fixture = try await fixture()
        let parameters = parameters(["early_stopping_round": "3"])
        let expected = try await fixture.train(parameters)
        let bytes = try #require(fixture.store.bytes(at: expected.model))
        let spec = try TrainSpec(JobFixture.values(.train, parameters))
        let data = try await TrainingData.read(spec, context: fixture.context)
        guard case .trees(let boosting, let objective) = spec.algorithm else {
            return #expect(Bool(false))
        }
        fixture.memoryByteCountMax = 1
        let training = BoostedTraining(
            spec: spec, parameters: boosting, objectiveSpec: objective, data: data, initial: nil,
            snapshots: nil, context: fixture.context, foldCount: 3)
        func plan(_ folds: Int) -> Int {
            training.plannedMemory(
                BinLayout(binCounts: training.binCountsMax), foldsAtOnce: folds
            ).byteCount
        }
        fixture.memoryByteCountMax = plan(1)
        #expect(plan(1) < plan(3))
        let result = try await fixture.train(parameters)
        #expect(fixture.store.bytes(at: result.model) == bytes)
        fixture.memoryByteCountMax = plan(1) - 1
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, parameters)
        }
        #expect(failure?.name == .outOfMemory)
    }

    @Test("stopped while the model is trained, it goes on to the same bytes, without the folds")
    func goesOn() async throws {
        var fixture = try await fixture()
        fixture.savesUnasked = true
        let expected = try await fixture.train(parameters())
        let bytes = try #require(fixture.store.bytes(at: expected.model))
        let shutdown = Shutdown()
        var stopped = fixture
        stopped.shutdown = shutdown
        stopped.progress = Progress { stage, done, _ in
            if stage == "training", done == 4 { shutdown.request(.signal) }
        }
        let failure = await #expect(throws: JobFailure.self) {
            try await stopped.run(.train, parameters())
        }
        #expect(failure?.name == .interrupted)
        #expect(failure?.place.object == "s3://out/model/_checkpoint-train.martlet")
        var resumed = fixture
        resumed.progress = Progress { stage, _, _ in #expect(stage != "cross-validating") }
        let result = try await resumed.train(parameters())
        #expect(result.resumedIterations == 4)
        #expect(result.crossValidation == expected.crossValidation)
        #expect(fixture.store.bytes(at: result.model) == bytes)
    }

    @Test("stopped among the folds, nothing is left, and the next attempt begins anew")
    func beginsAnew() async throws {
        var fixture = try await fixture()
        fixture.savesUnasked = true
        let shutdown = Shutdown()
        fixture.shutdown = shutdown
        fixture.progress = Progress { stage, done, _ in
            if stage == "cross-validating", done == 20 { shutdown.request(.signal) }
        }
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, parameters())
        }
        #expect(failure?.name == .interrupted)
        #expect(fixture.store.bytes(at: "s3://out/model/_checkpoint-train.martlet") == nil)
    }

    @Test("a column of groups is no feature, and its groups stay whole")
    func keepsGroups() async throws {
        let fixture = try await fixture()
        let plain = try await fixture.train(parameters())
        let grouped = parameters(["cv": "2", "cv_group": "quarter"])
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, grouped)
        }
        #expect(failure?.name == .dataInvalid)
        #expect(failure?.message.contains("group is missing") == true)
        let result = try await fixture.train(
            grouped.merging(["filter": "quarter IS NOT NULL"]) { _, new in new })
        #expect(result.features == plain.features - 1)
        let sizes = try #require(result.crossValidation?.folds.map(\.validRows))
        let texts = try await fixture.texts("s3://in/", "quarter")[0].compactMap { $0 }
        #expect(sizes.reduce(0, +) == texts.count)
        var sums: Set<Int> = [0]
        for rows in Dictionary(grouping: texts, by: { $0 }).values {
            sums.formUnion(sums.map { $0 + rows.count })
        }
        #expect(sizes.allSatisfy { sums.contains($0) })
    }

    @Test(
        "what does not go together is refused",
        arguments: [
            (["valid_fraction": "0.2"], "cv"), (["valid_data": "s3://in/"], "cv"),
            (["algorithm": "linear"], "cv"), (["init_model": "s3://out/model/"], "cv"),
            (["cv": "1"], "cv"), (["cv_group": "nothing"], "nothing"),
        ])
    func refuses(more: [String: String], word: String) async throws {
        let fixture = try await fixture(rows: 100)
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, parameters(more))
        }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.message.contains(word) == true)
    }
}
