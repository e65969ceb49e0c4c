import Columns
import Shards

/// The first rows of a table, one JSON object a line.
struct RowListing: JobResult {
    let lines: [String]
    let shardCount: Int

    var command: String { "inspect" }
    var summary: [SummaryLine] { [] }
    var commit: CommitReference? { nil }
    var rowsIn: Int { lines.count }
    var rowsOut: Int { lines.count }
    var rowsQuarantined: Int { 0 }
    var peakRssBytes: Int { PeakMemory.byteCount }
    var text: String? { lines.joined(separator: "\n") }

    func encode(to encoder: any Encoder) throws { try lines.encode(to: encoder) }

    static func read(
        _ table: ShardTable, rowCount: Int, context: JobContext
    ) async throws -> RowListing {
        var lines: [String] = []
        let reader = try ShardReader(
            table: table, columns: table.schema.fields.map(\.name), store: context.store,
            pool: context.pool)
        do {
            for shard in table.shards.indices where lines.count < rowCount {
                try await reader.read(shards: shard..<shard + 1) { batch in
                    try context.shutdown.check()
                    for row in 0..<min(batch.batch.rowCount, rowCount - lines.count) {
                        lines.append(line(batch.batch, row: row))
                    }
                    if lines.count == rowCount { throw Enough() }
                }
            }
        } catch is Enough {
            // The row groups behind the last row wanted are not read.
        }
        return RowListing(lines: lines, shardCount: table.shards.count)
    }

    private struct Enough: Error {}

    private static func line(_ batch: RecordBatch, row: Int) -> String {
        let members = batch.columns.map { column in
            "\(JSONString.quote(column.field.name)):\(PlainValue(column, row: row).json)"
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
