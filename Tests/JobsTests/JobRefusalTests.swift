import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Jobs refuse")
struct JobRefusalTests {
    private func fixture(
        target: [Double?] = [1, 2, 3, 4], more: [Column] = []
    ) throws -> JobFixture {
        let fixture = JobFixture()
        let count = target.count
        try fixture.store.put(
            [.double("x", (0..<count).map { Double($0) }), .double("y", target)] + more,
            at: "s3://in/x")
        return fixture
    }

    /// What training says, and that it left nothing behind.
    private func failure(
        _ fixture: JobFixture, _ more: [String: String] = [:]
    ) async -> JobFailure? {
        let before = fixture.store.urls
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(
                .train,
                ["data": "s3://in/", "target": "y", "output": "s3://out/m"].merging(more) {
                    _, new in new
                })
        }
        #expect(fixture.store.urls == before)
        return failure
    }

    @Test(
        "targets that teach nothing are invalid data",
        arguments: [
            ([2, 2, nil, 2], "there is nothing to learn"), ([nil, nil], "null in all 2 rows"),
            ([.nan, nil], "null in all 2 rows"), ([], "no rows"), ([1, .infinity], "too large"),
            ([1, 1e300], "too large"),
        ] as [([Double?], String)])
    func refusesTargets(target: [Double?], message: String) async throws {
        let failure = await failure(try fixture(target: target))
        #expect(failure?.name == .dataInvalid)
        #expect(failure?.message.contains(message) == true)
        #expect(failure?.place.column == "y")
        #expect(failure?.place.object?.hasPrefix("s3://in/") == true)
    }

    @Test(
        "weights are numbers from 0 on, and not all 0",
        arguments: [[1, nil], [1, -1], [1, .infinity], [1, 1e300], [0, 0], [1, .nan]]
            as [[Double?]])
    func refusesWeights(weights: [Double?]) async throws {
        let fixture = try fixture(target: [1, 2], more: [.double("w", weights)])
        let failure = await failure(fixture, ["weight": "w"])
        #expect(failure?.name == .dataInvalid)
        #expect(failure?.place.column == "w")
    }

    @Test(
        "columns that do not fit together are a wrong configuration",
        arguments: [
            ["weight": "y"], ["features": "x,x"], ["features": "x,y"], ["target": "z"],
            ["weight": "z"], ["features": "z"], ["ignore_features": "z"], ["weight": "t"],
            ["categorical_feature": "x"], ["metric": "coverage"], ["metric": "pinball"],
            ["metric": "rsme"], ["early_stopping_round": "5"], ["objective": "ridge"],
            ["valid_fraction": "0.95"], ["algorithm": "linear", "objective": "binary"],
            ["objective": "quantile", "alpha": "1"],
        ])
    func refusesConfigurations(parameters: [String: String]) async throws {
        let fixture = try fixture(more: [.string("t", ["a", "b", "a", "b"])])
        #expect(await failure(fixture, parameters)?.name == .configInvalid)
    }

    @Test("a target of three texts, or of other numbers, is not binary")
    func refusesClasses() async throws {
        let fixture = try fixture(more: [.string("t", ["a", "b", "c", nil])])
        for target in ["t", "y"] {
            let failure = await failure(fixture, ["objective": "binary", "target": target])
            #expect(failure?.name == .dataInvalid)
            #expect(failure?.place.column == target)
        }
        #expect(await failure(fixture, ["target": "t"])?.name == .dataInvalid)
    }

    @Test("a text target without any value is null in all rows, whatever validates")
    func refusesNullClasses() async throws {
        let fixture = try fixture(target: [1, 2], more: [.string("t", [nil, nil])])
        try fixture.store.put(
            [.double("x", [1]), .double("y", [1]), .string("t", ["a"])], at: "s3://valid/x")
        for more in [[:], ["valid_data": "s3://valid/"]] {
            let parameters = ["objective": "binary", "target": "t"].merging(more) { _, new in new }
            #expect(await failure(fixture, parameters)?.name == .dataInvalid)
        }
    }

    @Test("a plan that is larger than the memory says what would do")
    func refusesMemory() async throws {
        var fixture = try fixture()
        fixture.memoryByteCountMax = 50 << 20
        let failure = await failure(fixture)
        #expect(failure?.name == .outOfMemory)
        #expect(failure?.message.contains("104.9 MB") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("52.4 MB") == true)
        #expect(failure?.remedy?.contains("131.1 MB") == true, "\(failure?.remedy ?? "")")
    }

    @Test("a missing or differing column makes model and data incompatible, and writes nothing")
    func refusesOtherData() async throws {
        let fixture = try fixture()
        try await fixture.run(
            .train,
            [
                "data": "s3://in/", "target": "y", "output": "s3://out/m", "min_data_in_leaf": "1",
            ])
        try fixture.store.put([.double("z", [1])], at: "s3://new/missing/x")
        try fixture.store.put([.string("x", ["1"])], at: "s3://new/text/x")
        let before = fixture.store.urls
        for data in ["missing", "text"] {
            let failure = await #expect(throws: JobFailure.self) {
                try await fixture.run(
                    .predict,
                    ["model": "s3://out/m", "data": "s3://new/\(data)/", "output": "s3://p/"])
            }
            #expect(failure?.name == .modelIncompatible)
            #expect(failure?.message.contains("`x`") == true)
        }
        #expect(fixture.store.urls == before)
    }

    @Test("predictions do not replace what they are made from")
    func keepsInput() async throws {
        let fixture = JobFixture()
        try fixture.store.put(
            [.double("x", [0, 1, 2, 3]), .double("y", [0, 1, 2, 3])], at: "s3://in/x.parquet")
        try await fixture.run(
            .train,
            ["data": "s3://in/", "target": "y", "output": "s3://out/m", "min_data_in_leaf": "1"])
        let bytes = fixture.store.bytes(at: "s3://in/x.parquet")
        for output in ["s3://in/", "s3://in/x.parquet"] {
            let failure = await #expect(throws: JobFailure.self) {
                try await fixture.run(
                    .predict, ["model": "s3://out/m", "data": "s3://in/", "output": output])
            }
            #expect(failure?.name == .configInvalid)
        }
        #expect(fixture.store.bytes(at: "s3://in/x.parquet") == bytes)
    }

    @Test("a stop leaves nothing behind")
    func stops() async throws {
        let fixture = try fixture()
        fixture.shutdown.request(.signal)
        #expect(await failure(fixture)?.name == .interrupted)
    }

    @Test("no model, and bytes that are none, are invalid data")
    func refusesModels() async throws {
        let fixture = try fixture()
        fixture.store.put([1, 2, 3], at: "s3://out/bad.martlet")
        for model in ["s3://out/none", "s3://out/bad.martlet"] {
            let failure = await #expect(throws: JobFailure.self) {
                try await fixture.run(
                    .predict, ["model": model, "data": "s3://in/", "output": "s3://p/"])
            }
            #expect(failure?.name == .dataInvalid)
            #expect(failure?.place.object == model)
        }
    }
}
