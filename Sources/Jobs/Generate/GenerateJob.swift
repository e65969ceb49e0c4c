package import ObjectStores
package import Parquet
import Threads

/// What `generate` is asked to do, checked.
package struct GenerateSpec: Sendable {
    package let rowCount: Int
    package let shardCount: Int
    package let seed: UInt64
    package let output: ObjectURL
    package let writerOptions: WriterOptions

    package init(_ values: JobValues) throws {
        guard let rows = try values.optionalInteger("rows") else { throw values.missing("rows") }
        rowCount = rows
        shardCount = try values.integer("shards", default: 1)
        seed = UInt64(try values.integer("seed", default: 0))
        output = try ObjectURL(parsing: try values.requiredText("output"))
        writerOptions = try values.writerOptions()
        guard shardCount == 1 || !output.lastComponent.hasSuffix(".parquet") else {
            throw values.wrong(
                "shards", "several shards need a folder, and the output is one file")
        }
    }
}

/// `generate`: the demonstration table, as Athena would write it.
package struct GenerateJob: Sendable {
    package let spec: GenerateSpec
    package let context: JobContext

    package init(spec: GenerateSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    /// Rows that are made, encoded and dropped again together.
    private static let rowGroupRowCount = 131_072

    package func run() async throws -> GenerateResult {
        var stopwatch = Stopwatch()
        let isOneFile = spec.output.lastComponent.hasSuffix(".parquet")
        var transaction = OutputTransaction(
            output: spec.output, isOneObject: isOneFile, store: context.store)
        do {
            for shard in 0..<spec.shardCount {
                let url =
                    isOneFile ? spec.output : spec.output.appending(Self.name(ofShard: shard))
                let rows =
                    spec.rowCount * shard / spec.shardCount..<spec.rowCount * (shard + 1)
                    / spec.shardCount
                try await write(rows, to: try await transaction.stage(url))
            }
            let (published, commit) = try await transaction.commit(
                CommitRecord(
                    command: "generate", run: context.run, program: context.programVersion,
                    rowsIn: spec.rowCount, rowsOut: spec.rowCount, rowsQuarantined: 0),
                context: context)
            stopwatch.record("write")
            return GenerateResult(
                outputs: published.map(\.url.description), rows: spec.rowCount,
                bytesWritten: published.reduce(0) { $0 + $1.byteCount },
                seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount, commit: commit)
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private static func name(ofShard shard: Int) -> String {
        let digits = String(shard)
        return "part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
            + ".parquet"
    }

    private func write(_ rows: Range<Int>, to object: any StagedObject) async throws {
        let table = DemonstrationTable(rowCount: spec.rowCount, seed: spec.seed)
        let output = try ParquetOutput(
            object: object, schema: DemonstrationTable.schema, options: spec.writerOptions,
            programVersion: context.programVersion, pool: context.pool)
        let pool = context.pool
        let groups = stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowGroupRowCount)
            .map { $0..<min($0 + Self.rowGroupRowCount, rows.upperBound) }
        for window in stride(from: 0, to: groups.count, by: pool.threadCount) {
            try context.shutdown.check()
            let together = Array(groups[window..<min(window + pool.threadCount, groups.count)])
            let batches = try await pool.perform {
                pool.map(count: together.count) { index, _ in table.batch(rows: together[index]) }
            }
            for batch in batches { try await output.write(batch) }
            context.progress("writing", together.last?.upperBound ?? 0, of: spec.rowCount)
        }
        try await output.finish()
    }
}

/// What `generate` prints.
package struct GenerateResult: JobResult {
    package var command = "generate"
    package var outputs: [String]
    package var rows: Int
    package var bytesWritten: Int
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var commit: CommitReference?

    package var rowsIn: Int { rows }
    package var rowsOut: Int { rows }
    package var rowsQuarantined: Int { 0 }
    package var shardCount: Int { outputs.count }

    package var summary: [SummaryLine] {
        [
            SummaryLine(
                "outputs", outputs.count == 1 ? outputs[0] : "\(outputs.count) objects"),
            SummaryLine("rows", "\(rows)"),
            SummaryLine("size", ByteCountText.write(bytesWritten)),
        ] + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
