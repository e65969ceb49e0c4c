import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

/// One model whatever the threads, the kernels, the stops and the build.
///
/// `Tests/EndToEndTests/test_determinism.py` holds the released program to the same digests. Where
/// a change of the trees is meant, MARTLET_WRITE_REFERENCE=1 records them.
@Suite("Determinism", .serialized)
struct DeterminismTests {
    private static let legRoundCount = 10
    private static let model = "s3://out/model/model.martlet"

    /// Each trains ten rounds.
    private static let machines = KernelLevel.allCases.flatMap { level in
        [1, 2, 3, 16].map { (threads: $0, level: level) }
    }

    @Test("threads, kernels and stops leave no trace", arguments: 0..<8)
    func nothingLeavesATrace(index: Int) async throws {
        defer { KernelLevel.limit(to: .avx512vbmi) }
        var recorded = try RecordedModels.load()
        #expect(recorded.cases.count == 8)
        let item = recorded.cases[index]
        var fixture = JobFixture()
        fixture.savesUnasked = true
        try await fixture.run(
            .generate, recorded.table.merging(["output": "s3://in/"]) { $1 })
        var parameters = recorded.common.merging(item.parameters) { $1 }
        parameters["data"] = "s3://in/"
        parameters["output"] = "s3://out/model/"
        let whole = try await fixture.train(parameters)
        #expect(whole.iterations == Self.legRoundCount * Self.machines.count)
        let expected = try #require(fixture.store.bytes(at: Self.model))
        let digest = try await treesDigest(fixture)
        if RecordedModels.isRecording {
            recorded.cases[index].sha256 = digest
            try recorded.write()
        } else {
            #expect(digest == item.sha256, "\(item.name): other trees than recorded")
        }

        try await fixture.store.remove(ObjectURL(parsing: Self.model))
        for (number, machine) in Self.machines.enumerated() {
            KernelLevel.limit(to: machine.level)
            fixture.threadCount = machine.threads
            fixture.shutdown = Shutdown()
            let (shutdown, last) = (fixture.shutdown, Self.legRoundCount * (number + 1))
            fixture.progress = Progress { stage, done, _ in
                if stage == "training", done == last { shutdown.request(.signal) }
            }
            guard number < Self.machines.count - 1 else { break }
            let failure = await #expect(throws: JobFailure.self) {
                try await fixture.run(.train, parameters)
            }
            #expect(failure?.name == .interrupted, "\(item.name): \(machine)")
        }
        fixture.progress = .silent
        let resumed = try await fixture.train(parameters)
        #expect(resumed.resumedIterations == whole.iterations - Self.legRoundCount)
        #expect(fixture.store.bytes(at: Self.model) == expected, "\(item.name)")
    }

    private func treesDigest(_ fixture: JobFixture) async throws -> String {
        let text = "s3://out/model.txt"
        try await fixture.run(
            .convert, ["model": "s3://out/model/", "to": "lightgbm", "output": text])
        let bytes = try #require(fixture.store.bytes(at: text))
        return Digest.sha256(of: String(decoding: bytes, as: UTF8.self))
    }
}
