import Binning
import Objectives
import TestSupport
import Testing
import Trees

@testable import Jobs

@Suite("Training memory")
struct TrainingMemoryTests {
    /// A hundred million rows of 22 features of 255 bins.
    private static func needs(rowCount: Int = 100_000_000) -> TrainingMemory.Needs {
        let layout = BinLayout(binCounts: [Int](repeating: 255, count: 22))
        return TrainingMemory.Needs(
            trainRowCount: rowCount, validationRowCount: 0,
            fixedByteCount: 5 * rowCount + 100 << 20, readingByteCount: 300 << 20,
            layout: layout,
            working: WorkingMemory(
                rowCount: rowCount, layout: layout, objective: SquaredError(),
                parameters: BoostingParameters(), threadCount: 2),
            validationByteCount: 0)
    }

    @Test("less memory takes a slower way, and the plan stays inside the limit")
    func lessMemoryTakesASlowerWay() {
        var last = TrainingMemory(Self.needs(), limit: 20_000_000_000, folder: "/scratch")
        #expect(last.storage == MatrixStorage() && last.scratchByteCount == 0)
        var ways = [last]
        for limit in stride(from: 14_000_000_000, to: 3_800_000_000, by: -100_000_000) {
            let memory = TrainingMemory(Self.needs(), limit: limit, folder: "/scratch")
            #expect(memory.byteCount <= limit && memory.byteCount <= last.byteCount)
            if memory != last { ways.append(memory) }
            last = memory
        }
        #expect(ways.count > 5)
        #expect(last.storage == MatrixStorage(hasColumns: false, folder: "/scratch"))
        // Three words a row.
        #expect(last.scratchByteCount == 2_400_000_000)
    }

    @Test("without a limit small tables take what is useful, large ones less")
    func unlimited() {
        for (rowCount, isLarge) in [(1_000_000, false), (10_000_000, true)] {
            let needs = Self.needs(rowCount: rowCount)
            let memory = TrainingMemory(needs, limit: nil, folder: "/scratch")
            #expect(memory.storage == MatrixStorage())
            #expect((memory.workingByteCountMax < needs.working.byteCountMax) == isLarge)
        }
    }

    @Test("a hundred million rows train in 4 GiB")
    func aHundredMillionRows() {
        let limit = 4 << 30
        #expect(
            TrainingMemory(Self.needs(), limit: limit, folder: "/scratch").byteCount <= limit)
        // Without a scratch disk the plan says what would do.
        let memory = TrainingMemory(Self.needs(), limit: limit, folder: nil)
        #expect(memory.byteCount > limit && memory.storage == MatrixStorage(hasColumns: false))
    }

    @Test("a training that spills gives the same bytes, and says so")
    func spillingGivesTheSameBytes() async throws {
        let folder = try TemporaryFolder()
        var fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "60000", "shards": "2", "seed": "5", "output": "s3://in/"])
        func parameters(_ output: String) -> [String: String] {
            [
                "data": "s3://in/", "target": "age", "ignore_features": "id",
                "num_iterations": "3", "num_leaves": "7", "valid_fraction": "0.2", "output": output,
                "report": "never",
            ]
        }
        let whole = try await fixture.train(parameters("s3://out/whole.martlet"))
        #expect(whole.scratchBytes == nil)
        fixture.scratchFolder = folder.path
        fixture.memoryByteCountMax = 1
        let failure = await #expect(throws: JobFailure.self) {
            _ = try await fixture.train(parameters("s3://out/never.martlet"))
        }
        // What is least, as the message says it, rounded to 100 kB.
        let words = failure?.message.split(separator: " ").map(String.init) ?? []
        let index = try #require(words.firstIndex(of: "about"))
        let least = try #require(ByteCountText.parse(words[index + 1] + words[index + 2]))
        fixture.memoryByteCountMax = least + 100_000
        let spilled = try await fixture.train(parameters("s3://out/spilled.martlet"))
        #expect((spilled.scratchBytes ?? 0) >= 60_000 * 16)
        #expect(
            try await fixture.model("s3://out/whole.martlet")
                == (try await fixture.model("s3://out/spilled.martlet")))
        #expect(try folder.names().isEmpty)
    }
}
