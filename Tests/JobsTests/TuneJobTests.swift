import Columns
import FoundationEssentials
import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Tune job")
struct TuneJobTests {
    private static let space =
        #"{"num_leaves": {"integer": [3, 15]}, "learning_rate": {"log_uniform": [0.1, 0.6]}}"#

    private func fixture(rows: Int = 900) async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "\(rows)", "shards": "3", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func parameters(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "12",
            "report": "never", "trials": "5", "seed": "3", "space": Self.space,
            "output": "s3://out/model/",
        ].merging(more) { _, new in new }
    }

    private func tune(
        _ fixture: JobFixture, _ more: [String: String] = [:]
    ) async throws -> TuneResult {
        let values = JobFixture.values(.tune, parameters(more))
        let spec = try await TuneSpec(values, store: fixture.store)
        return try await TuneJob(spec: spec, context: fixture.context).run()
    }

    @Test(
        "a search that memory cannot hold is refused with the size that can",
        arguments: [["trials": "3"], ["trials": "3", "cv": "3"]])
    func refusesWhatMemoryCannotHold(more: [String: String]) async throws {
        var fixture = try await fixture()
        let expected = try await tune(fixture, more)
        let model = try #require(expected.model)
        let bytes = fixture.store.bytes(at: model)
        fixture.memoryByteCountMax = 1
        let refused = fixture
        let failure = await #expect(throws: JobFailure.self) { try await tune(refused, more) }
        #expect(failure?.name == .outOfMemory)
        let words = failure?.message.split(separator: " ").map(String.init) ?? []
        let index = try #require(words.firstIndex(of: "about"))
        let least = try #require(ByteCountText.parse(words[index + 1] + words[index + 2]))
        fixture.memoryByteCountMax = least + 100_000
        let result = try await tune(fixture, more)
        #expect(result.model == model && fixture.store.bytes(at: model) == bytes)
    }

    private func expectSameBytes(_ fixture: JobFixture) {
        for name in ["model.martlet", "trials.json", "trials.parquet"] {
            let bytes = fixture.store.bytes(at: "s3://out/model/\(name)")
            #expect(bytes != nil && bytes == fixture.store.bytes(at: "s3://out/alone/\(name)"))
        }
    }

    private struct Row: Decodable {
        struct Spread: Decodable { var mean: Double }
        var trial: Int
        var rung: Int
        var is_best: Bool
        var best_iteration: Int
        var parameters: [String: JSONValue]
        var metrics: [String: Spread]
    }

    private func rows(_ fixture: JobFixture) throws -> [Row] {
        let bytes = try #require(fixture.store.bytes(at: "s3://out/model/trials.json"))
        return try JSONDecoder().decode([Row].self, from: Data(bytes))
    }

    @Test(
        "the best trial is trained on all rows, as `train` would",
        arguments: [[:], ["cv": "3"], ["valid_data": "s3://in/part-00001.parquet"]])
    func findsTheBest(more: [String: String]) async throws {
        let fixture = try await fixture()
        let result = try await tune(fixture, more)
        let rows = try rows(fixture)
        #expect(rows.map(\.trial) == [0, 1, 2, 3, 4])
        let best = try #require(rows.first { $0.is_best })
        let errors = rows.compactMap { $0.metrics["rmse"]?.mean }
        #expect(errors.count == 5 && Set(errors).count > 1)
        #expect(best.metrics["rmse"]?.mean == errors.min())
        #expect(result.best?.trial == best.trial)
        #expect(result.metrics["valid"]?["rmse"]?.value == errors.min())
        #expect(result.rows == 900)
        var plain = [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "seed": "3",
            "report": "never", "output": "s3://out/plain/",
            "num_iterations": "\(best.best_iteration)",
        ]
        for (name, value) in best.parameters { plain[name] = value.plainText }
        let direct = try await fixture.model(try await fixture.train(plain).model)
        let tuned = try await fixture.model(try #require(result.model))
        #expect(tuned.kind == direct.kind)
        #expect(tuned.parameters["num_leaves"] == direct.parameters["num_leaves"])
        #expect(tuned.parameters["num_iterations"] == direct.parameters["num_iterations"])
    }

    @Test("the table is a Parquet table, too")
    func writesParquet() async throws {
        let fixture = try await fixture()
        try await fixture.run(.tune, parameters(["space": #"{"grow_policy": ["lossguide"]}"#]))
        let texts = try await fixture.texts(
            "s3://out/model/trials.parquet", "trial", "is_best", "grow_policy", "rmse_std")
        #expect(texts[0] == ["0", "1", "2", "3", "4"])
        #expect(texts[1].compactMap { $0 }.count { $0 == "true" || $0 == "1" } == 1)
        #expect(texts[2] == [String?](repeating: "lossguide", count: 5))
        #expect(texts[3].allSatisfy { $0 == "0.0" })
    }

    @Test("the same bytes for any number of threads, bins included", arguments: [1, 3])
    func bytes(threadCount: Int) async throws {
        var fixture = try await fixture()
        let more = [
            "space": #"{"num_leaves": {"integer": [3, 15]}, "max_bin": [15, 63]}"#,
            "strategy": "halving", "halving_rungs": "2", "trials": "6",
        ]
        try await fixture.run(.tune, parameters(more))
        let names = ["model.martlet", "trials.json", "trials.parquet"]
        let expected = names.map { fixture.store.bytes(at: "s3://out/model/\($0)") }
        #expect(expected.allSatisfy { $0 != nil })
        fixture.threadCount = threadCount
        try await fixture.run(.tune, parameters(more))
        #expect(names.map { fixture.store.bytes(at: "s3://out/model/\($0)") } == expected)
    }

    @Test("halving measures all trials on few rows, and the best of them on all")
    func halves() async throws {
        let fixture = try await fixture()
        let result = try await tune(
            fixture, ["strategy": "halving", "halving_rungs": "2", "trials": "6"])
        #expect(result.rungs.map(\.trials) == [6, 2])
        let rows = try rows(fixture)
        #expect(rows.map(\.rung) == [0, 0, 0, 0, 0, 0, 1, 1])
        let first = rows.prefix(6).sorted {
            ($0.metrics["rmse"]?.mean ?? 0) < ($1.metrics["rmse"]?.mean ?? 0)
        }
        #expect(Set(rows.suffix(2).map(\.trial)) == Set(first.prefix(2).map(\.trial)))
        #expect(rows.suffix(2).contains { $0.is_best })
    }

    @Test(
        "the tasks of a map give the bytes of one machine",
        arguments: [[:], ["strategy": "halving", "halving_rungs": "2", "trials": "6", "cv": "2"]])
    func maps(more: [String: String]) async throws {
        let fixture = try await fixture()
        let alone = more.merging(["output": "s3://out/alone/"]) { _, new in new }
        let expected = try await tune(fixture, alone)
        func stage(_ name: String, _ further: [String: String] = [:]) async throws -> TuneResult {
            try await tune(
                fixture,
                more.merging(["stage": name]) { _, new in new }
                    .merging(further) { _, new in new })
        }
        var waiting = try await stage("plan")
        var taskCount = 0
        while waiting.pending > 0 {
            let url = try #require(waiting.items)
            let items = try JSONDecoder().decode(
                [[String: JSONValue]].self,
                from: Data(try #require(fixture.store.bytes(at: url))))
            #expect(items.count == waiting.pending)
            for item in items.reversed() {
                let trial = try #require(item["trial"]), rung = try #require(item["rung"])
                let done = try await stage(
                    "trial", ["trial": trial.plainText, "rung": rung.plainText])
                #expect(done.commit != nil && done.outcome != nil)
                taskCount += 1
            }
            waiting = try await stage("reduce")
        }
        #expect(taskCount == expected.rungs.map(\.trials).reduce(0, +))
        expectSameBytes(fixture)
        #expect(waiting.best?.trial == expected.best?.trial)
    }

    @Test("trials that a map has not measured are named")
    func namesMissingTrials() async throws {
        let fixture = try await fixture()
        for trial in [0, 1, 3] {
            _ = try await tune(fixture, ["stage": "trial", "trial": "\(trial)"])
        }
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.tune, parameters(["stage": "reduce"]))
        }
        #expect(failure?.name == .dataInvalid)
        #expect(failure?.message.contains("2, 4") == true)
        // Outcomes of other parameters do not count.
        let other = await #expect(throws: JobFailure.self) {
            try await fixture.run(.tune, parameters(["stage": "reduce", "lambda_l2": "3"]))
        }
        #expect(other?.message.contains("5 of the 5") == true)
    }

    @Test("a search that was stopped goes on with the next trial, to the same bytes")
    func goesOn() async throws {
        var fixture = try await fixture()
        _ = try await tune(fixture, ["output": "s3://out/alone/"])
        fixture.savesUnasked = true
        let shutdown = Shutdown()
        var stopped = fixture
        stopped.shutdown = shutdown
        stopped.progress = Progress { stage, done, _ in
            if stage == "trial 3 of 5", done == 6 { shutdown.request(.signal) }
        }
        let failure = await #expect(throws: JobFailure.self) {
            try await stopped.run(.tune, parameters())
        }
        #expect(failure?.name == .interrupted)
        #expect(
            fixture.store.bytes(at: "s3://out/model/_trials/rung-0/trial-0001.json") != nil)
        var resumed = fixture
        resumed.progress = Progress { stage, _, _ in #expect(!stage.hasSuffix("of 5")) }
        try await resumed.run(.tune, parameters())
        expectSameBytes(fixture)
        #expect(
            fixture.store.bytes(at: "s3://out/model/_trials/rung-0/trial-0001.json") == nil)
    }

    @Test(
        "what does not go together is refused",
        arguments: [
            (["algorithm": "linear"], "algorithm"), (["cv": "3", "valid_fraction": "0.2"], "cv"),
            (["num_leaves": "7"], "search space has it too"), (["trial": "1"], "stage trial"),
            (["stage": "trial"], "missing"), (["stage": "trial", "trial": "5"], "there are 5"),
            (["stage": "trial", "trial": "1", "rung": "1"], "there are 1"),
            (["halving_factor": "4"], "strategy halving"),
            (
                [
                    "space": #"{"bagging_fraction": [0.5]}"#, "data_sample_strategy": "goss",
                    "bagging_freq": "1",
                ], "Trial 0"
            ),
            (["space": "s3://in/nothing.json"], "no search space"),
        ])
    func refuses(more: [String: String], message: String) async throws {
        let fixture = try await fixture(rows: 100)
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.tune, parameters(more))
        }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }

    @Test("a job file holds the space as an object")
    func readsJobFiles() throws {
        let file = try JobFile(
            parsing: #"{"command": "tune", "space": {"num_leaves": {"integer": [3, 9]}}}"#,
            name: "job.json", command: nil)
        let values = JobValues(command: .tune, layers: [file.values])
        let space = try SearchSpace(parsing: try values.text("space") ?? "", name: "space")
        #expect(space.dimensions == ["num_leaves": .integer(3...9)])
        #expect(throws: JobFailure.self) {
            try JobFile(parsing: #"{"target": {"a": 1}}"#, name: "job.json", command: .train)
        }
    }
}
