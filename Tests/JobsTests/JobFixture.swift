import Columns
import Logging
import Models
import ObjectStores
import Shards
import StoreTestSupport
import Threads

@testable import Jobs

/// A store in memory, and jobs run over it in this process.
struct JobFixture {
    let store = MemoryStore()
    var threadCount = 2
    var shutdown = Shutdown()
    var memoryByteCountMax: Int?
    var gate: @Sendable () async throws -> Void = {}
    var progress = Progress.silent
    var run = RunIdentity()
    var savesUnasked = false
    var programVersion = "1.2.3"
    var scratchFolder: String?

    var context: JobContext {
        var context = JobContext(
            store: store, pool: ThreadPool(threadCount: threadCount),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            shutdown: shutdown, commitGate: gate, progress: progress, run: run,
            programVersion: programVersion, memoryByteCountMax: memoryByteCountMax,
            savesUnasked: savesUnasked)
        context.scratchFolder = scratchFolder
        return context
    }

    static func values(_ command: JobCommand, _ parameters: [String: String]) -> JobValues {
        JobValues(
            command: command,
            layers: [parameters.mapValues { ParameterValue(.text($0), from: .commandLine) }])
    }

    /// Runs a command; its errors come as the one failure that the program would report.
    @discardableResult
    func run(
        _ command: JobCommand, _ parameters: [String: String]
    ) async throws(JobFailure) -> any JobResult {
        do {
            return try await JobRunner.run(Self.values(command, parameters), context: context)
        } catch {
            throw JobFailure(converting: error)
        }
    }

    func train(_ parameters: [String: String]) async throws -> TrainResult {
        let spec = try TrainSpec(Self.values(.train, parameters))
        return try await TrainJob(spec: spec, context: context).run()
    }

    func predict(_ parameters: [String: String]) async throws -> PredictResult {
        let spec = try PredictSpec(Self.values(.predict, parameters))
        return try await PredictJob(spec: spec, context: context).run()
    }

    func evaluate(_ parameters: [String: String]) async throws -> EvaluateResult {
        let spec = try EvaluateSpec(Self.values(.evaluate, parameters))
        return try await EvaluateJob(spec: spec, context: context).run()
    }

    func model(_ url: String) async throws -> ModelArtifact {
        try await ModelStore.load(try ObjectURL(parsing: url), from: store)
    }

    /// Whole columns of a table, as text, by name.
    func texts(_ url: String, _ names: String...) async throws -> [[String?]] {
        let manifest = try await ShardManifest.resolve([try ObjectURL(parsing: url)], in: store)
        let table = try await ShardTable.open(manifest, in: store)
        let reader = try ShardReader(
            table: table, columns: names, store: store, pool: ThreadPool(threadCount: 1))
        var texts = [[String?]](repeating: [], count: names.count)
        try await reader.read { batch in
            for (index, column) in batch.batch.columns.enumerated() { texts[index] += column.texts }
        }
        return texts
    }

    func doubles(_ url: String, _ name: String) async throws -> [Double] {
        try await texts(url, name)[0].map { $0.flatMap(Double.init) ?? .nan }
    }
}
