import Columns
import Models
import Parquet
import Shards

/// What a file or a folder of shards holds, from the footers alone.
struct TableInspection: JobResult {
    struct ColumnLine: Encodable, Sendable {
        let name: String
        let physicalType: String
        let logicalType: String
        /// nil where a file does not say.
        var nulls: Int?
        var min: PlainValue?
        var max: PlainValue?
        let codec: String
        let encodings: [String]
        /// Why the column cannot be read; nil if it can.
        let skipped: String?
        /// CRC-32C of the decoded values, eight hexadecimal digits; with `--checksum`.
        var checksum: String?
    }

    let command = "inspect"
    let rows: Int
    let rowGroups: Int
    let bytes: Int
    let shards: Int
    let createdBy: String?
    var columns: [ColumnLine]
    /// nil without `--filter`.
    let filter: FilterReport?
    /// How the shards differ from the table that they make.
    let schemaDifferences: [SchemaDifference]

    var commit: CommitReference? { nil }
    var rowsIn: Int { rows }
    var rowsOut: Int { rows }
    var rowsQuarantined: Int { 0 }
    var shardCount: Int { shards }
    var peakRssBytes: Int { PeakMemory.byteCount }

    init(_ table: ShardTable) {
        rows = table.rowCount
        rowGroups = table.shards.reduce(0) { $0 + $1.metadata.rowGroups.count }
        bytes = table.byteCount
        shards = table.shards.count
        filter = table.filter
        schemaDifferences = table.differences
        createdBy = table.shards[0].metadata.createdBy
        columns = table.shards[0].leaves.map { Self.line($0, of: table) }
        columns += table.partitionColumns.map { partition in
            ColumnLine(
                name: partition.name, physicalType: "PARTITION", logicalType: partition.type.name,
                nulls: nil, min: nil, max: nil, codec: "NONE", encodings: [], skipped: nil)
        }
    }

    mutating func add(_ checksums: [String: ColumnChecksum]) {
        for index in columns.indices {
            guard let sum = checksums[columns[index].name] else { continue }
            let digits = String(sum.value, radix: 16)
            columns[index].checksum = String(repeating: "0", count: 8 - digits.count) + digits
            columns[index].nulls = sum.nullCount
        }
    }

    private static func line(_ leaf: LeafColumn, of table: ShardTable) -> ColumnLine {
        var encodings: [String] = []
        var codecs: [String] = []
        var parts: [ColumnStatistics] = []
        for shard in table.shards {
            guard let own = shard.leaf(leaf.field.name) else { continue }
            for rowGroup in shard.metadata.rowGroups {
                let chunk = rowGroup.columns[own.columnIndex]
                for name in chunk.encodings.map(\.name) where !encodings.contains(name) {
                    encodings.append(name)
                }
                if !codecs.contains(chunk.codec.name) { codecs.append(chunk.codec.name) }
            }
            if shard.rowCount > 0 { parts.append(shard.metadata.statistics(of: own)) }
        }
        // A shard of nulls has no bounds, and does not take away those of the others.
        let bounded = zip(parts, table.shards.filter { $0.rowCount > 0 })
            .filter { $0.0.nullCount != $0.1.rowCount }.map(\.0)
        let bounds = bounded.dropFirst().reduce(bounded.first) { $0?.mergingBounds($1) }
        let nullCounts = parts.compactMap(\.nullCount)
        return ColumnLine(
            name: leaf.field.name, physicalType: leaf.physicalType.name,
            logicalType: leaf.field.type.name,
            nulls: nullCounts.count == parts.count ? nullCounts.reduce(0, +) : nil,
            min: bounds?.min.map { PlainValue($0) },
            max: bounds?.max.map { PlainValue($0) },
            codec: codecs.joined(separator: ","), encodings: encodings,
            skipped: leaf.skippedReason)
    }

    var summary: [SummaryLine] {
        [
            SummaryLine("rows", "\(rows)"),
            SummaryLine(
                "row groups", "\(rowGroups) in \(shards) objects, \(ByteCountText.write(bytes))"),
            SummaryLine("created by", createdBy ?? "not said"),
        ]
            + [filter?.summaryLine].compactMap { $0 }
            + schemaDifferences.map { difference in
                let column = difference.column.map { "column '\($0)': " } ?? ""
                return SummaryLine("differs", "\(difference.object): \(column)\(difference.detail)")
            }
            + columns.map { column in
                var text = "\(column.logicalType) (\(column.physicalType), \(column.codec))"
                if let nulls = column.nulls { text += ", \(nulls) nulls" }
                if let min = column.min, let max = column.max {
                    text += ", \(min.json) to \(max.json)"
                }
                if let checksum = column.checksum { text += ", crc32c \(checksum)" }
                if let reason = column.skipped { text += ", cannot be read: \(reason)" }
                return SummaryLine("  " + column.name, text)
            }
    }
}
