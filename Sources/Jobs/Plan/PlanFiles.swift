import ObjectStores
import Shards

/// The files of a plan.
struct PlanFiles: Sendable {
    let table: ShardTable
    let training: ShardTable?
    let groups: ShardGroups
    let output: ObjectURL
    let context: JobContext

    /// Writes all of them, the commit record last.
    func write(_ result: PlanResult) async throws -> CommitReference {
        var transaction = OutputTransaction(root: output, store: context.store)
        do {
            var items: [PlanItem] = []
            for (index, shards) in groups.shardIndices.enumerated() {
                let name = ShardGroups.name(index)
                let members = shards.map { table.shards[$0] }
                let url = output.appending("groups/\(name).json")
                try await stage(try manifest(members), at: url, in: &transaction)
                items.append(
                    PlanItem(
                        group: name, data: url.description, shards: members.count,
                        rows: members.reduce(0) { $0 + $1.rowCount },
                        bytes: members.reduce(0) { $0 + $1.shard.object.byteCount }))
            }
            let data = output.appending("data.json")
            try await stage(try manifest(table.shards), at: data, in: &transaction)
            if let training {
                let url = output.appending("training.json")
                try await stage(
                    try manifest(training.shards), at: url, in: &transaction)
            }
            try await stage(
                try JSONText.encode(items), at: output.appending("items.json"), in: &transaction)
            try await stage(
                try JSONText.encode(result, isPretty: true), at: output.appending("plan.json"),
                in: &transaction)
            return try await transaction.commit(
                CommitRecord(
                    command: "plan", run: context.run, program: context.programVersion,
                    rowsIn: table.rowCount, rowsOut: table.rowCount, rowsQuarantined: 0),
                context: context
            ).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private func stage(
        _ text: String, at url: ObjectURL, in transaction: inout OutputTransaction
    ) async throws {
        let object = try await transaction.stage(url)
        try await object.append(text + "\n")
        try await object.seal()
    }

    private struct Manifest: Encodable {
        struct Entry: Encodable {
            var url: String
            var size: Int
            var etag: String
            var partition: [PartitionValue]
        }

        var version = 1
        var objects: [Entry]
    }

    private func manifest(_ shards: [OpenShard]) throws(JobFailure) -> String {
        try JSONText.encode(
            Manifest(
                objects: shards.map { shard in
                    Manifest.Entry(
                        url: shard.url.description, size: shard.shard.object.byteCount,
                        etag: shard.shard.object.etag,
                        partition: shard.shard.partition)
                }))
    }
}
