import FoundationEssentials
import Models
import ObjectStores
import Parquet
import Predictions
import Shards

/// Shards that cannot be scored: corrupt ones, and alien ones that do not fit the model. As many
/// as the policy allows are left out, and listed for whoever mends them.
struct ShardQuarantine {
    struct Entry: Codable, Hashable {
        var url: String
        /// nil where not even the footer can be read.
        var rows: Int?
        var error: String
        var message: String
        var place: JobFailure.Place
        /// The version that was looked at.
        var seenEtag: String
    }

    /// The report, which is a manifest too: `--data` takes it to do only these shards again.
    struct Report: Codable {
        var version = 1
        var objects: [Entry]
        var redo: String
    }

    /// Shards that are opened at the same time.
    private static let shardsInFlightMax = 16

    let countMax: Int
    private(set) var entries: [Entry] = []

    init(countMax: Int) { self.countMax = countMax }

    /// Rows of the shards that are left out, as far as they are known.
    var rowCount: Int { entries.reduce(0) { $0 + ($1.rows ?? 0) } }

    /// Opens the shards; those that are corrupt, or do not fit the model on their own, are left
    /// out.
    /// - Throws: what is wrong with the shards when too many are bad.
    mutating func open(
        _ manifest: ShardManifest, filter: String?, for predictor: BatchPredictor,
        context: JobContext
    ) async throws -> ShardTable {
        do {
            let table = try await context.openTable(manifest, filter: filter)
            _ = try predictor.outputSchema(for: table.schema)
            return table
        } catch {
            guard countMax > 0, Self.isAboutShards(error) else { throw error }
        }
        var good: [Shard] = []
        let examined = try await Self.examine(
            manifest.shards, filter: filter, for: predictor, context: context)
        for (shard, failure) in examined {
            if let failure {
                try add(shard, rows: failure.rows, error: failure.error)
            } else {
                good.append(shard)
            }
        }
        guard !good.isEmpty else {
            throw JobFailure(
                .dataInvalid, "None of the \(manifest.shards.count) shards can be used.",
                place: .init(object: entries.first?.url), remedy: entries.first?.message)
        }
        return try await context.openTable(ShardManifest(shards: good), filter: filter)
    }

    /// Leaves a shard out because of `error`.
    /// - Throws: `error`, if it says nothing against the shard; `dataInvalid` when there are more
    ///   bad shards than allowed.
    mutating func add(_ shard: Shard, rows: Int?, error: any Error) throws {
        guard countMax > 0, Self.isAboutShards(error) else { throw error }
        let failure = JobFailure(converting: error)
        var place = failure.place
        place.object = shard.object.url.description
        entries.append(
            Entry(
                url: shard.object.url.description, rows: rows, error: failure.name.rawValue,
                message: failure.message, place: place, seenEtag: shard.object.etag))
        guard entries.count <= countMax else {
            throw JobFailure(
                failure.name,
                "\(entries.count) shards are bad, --max-bad-shards allows \(countMax). "
                    + "The last one: \(failure.message)", place: place,
                remedy: failure.remedy ?? "Mend them, or raise --max-bad-shards.")
        }
    }

    /// The report as JSON. Objects are listed without size and ETag: mended ones have others.
    func report(output: ObjectURL, name: ObjectURL) throws -> String {
        try JSONText.encode(
            Report(
                objects: entries,
                redo: "SHARD_GROUP=redo martlet predict --data \(name) --output \(output) "
                    + "(and the other options as before) adds the rows of these shards."),
            isPretty: true) + "\n"
    }

    /// `_quarantine-predict.json`, or `_quarantine-predict-<group>.json`.
    static func name(group: String?) -> String {
        ["_quarantine-predict", group.map(HivePath.escaped)].compactMap { $0 }
            .joined(separator: "-") + ".json"
    }

    private static func isAboutShards(_ error: any Error) -> Bool {
        switch error {
        case let error as ShardError: error.code != .invalidParameter || error.context.column != nil
        case is ParquetError: true
        case let error as ModelError: error.code == .incompatible
        default: false
        }
    }

    private struct Failure {
        let rows: Int?
        let error: any Error
    }

    /// Each shard on its own: nil where nothing is wrong with it.
    private static func examine(
        _ shards: [Shard], filter: String?, for predictor: BatchPredictor, context: JobContext
    ) async throws -> [(Shard, Failure?)] {
        try await withThrowingTaskGroup(of: (Int, Failure?).self) { group in
            var failures = [Failure?](repeating: nil, count: shards.count)
            var next = 0
            func begin() {
                guard next < shards.count else { return }
                let (index, shard) = (next, shards[next])
                next += 1
                group.addTask {
                    let failure = try await examine(
                        shard, filter: filter, for: predictor, context: context)
                    return (index, failure)
                }
            }
            for _ in 0..<shardsInFlightMax { begin() }
            for try await (index, failure) in group {
                failures[index] = failure
                begin()
            }
            return Array(zip(shards, failures))
        }
    }

    private static func examine(
        _ shard: Shard, filter: String?, for predictor: BatchPredictor, context: JobContext
    ) async throws -> Failure? {
        var rows: Int?
        do {
            let opened = try await OpenShard.open(shard, in: context.store)
            rows = opened.rowCount
            _ = try predictor.outputSchema(for: try ShardTable([opened]).schema)
            if filter != nil {
                // The columns of the filter are read before all others.
                _ = try await ShardTable.open(
                    ShardManifest(shards: [shard]), filter: filter, in: context.store,
                    pool: context.pool)
            }
            return nil
        } catch {
            guard isAboutShards(error) else { throw error }
            return Failure(rows: rows, error: error)
        }
    }
}
