import Columns
import Models
import ObjectStores
import Parquet
import Predictions
import Shards

/// `predict`: shards and a model in, one object of predictions for each shard out.
package struct PredictJob: Sendable {
    package let spec: PredictSpec
    package let context: JobContext

    package init(spec: PredictSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> PredictResult {
        var stopwatch = Stopwatch()
        let predictor = try await BatchPredictor.load(
            model: spec.model, lower: spec.lowerModel, upper: spec.upperModel,
            options: spec.options, from: context.store)
        let manifest = try await ShardManifest.resolve(spec.data, in: context.store)
        let table = try await ShardTable.open(manifest, in: context.store)
        stopwatch.record("open")
        let names = OutputNames(
            output: spec.output, shards: table.shards.map(\.shard),
            group: context.run.shardGroup)
        try check(names, against: table)
        var transaction = OutputTransaction(
            output: spec.output, isOneObject: names.isOneObject, store: context.store)
        let counts: PredictionCounts
        let published: [ObjectSummary]
        let commit: CommitReference
        do {
            counts = try await score(table, predictor, names: names, into: &transaction)
            stopwatch.record("score")
            try check(counts, against: table)
            (published, commit) = try await transaction.commit(
                CommitRecord(
                    command: "predict", run: context.run, program: context.programVersion,
                    rowsIn: table.rowCount, rowsOut: counts.rowCount, rowsQuarantined: 0),
                context: context)
        } catch {
            await transaction.discard()
            throw error
        }
        stopwatch.record("write")
        return PredictResult(
            outputs: published.map(\.url.description), rowsIn: table.rowCount,
            rowsOut: counts.rowCount, rowsQuarantined: 0, crossedRows: counts.crossedRowCount,
            widenedRows: counts.widenedRowCount, unseenCategories: counts.otherCounts,
            bytesRead: table.byteCount, seconds: stopwatch.total,
            peakRssBytes: PeakMemory.byteCount, shardCount: table.shards.count, commit: commit)
    }

    private func score(
        _ table: ShardTable, _ predictor: BatchPredictor, names: OutputNames,
        into transaction: inout OutputTransaction
    ) async throws -> PredictionCounts {
        let schema = try predictor.outputSchema(for: table.schema)
        let scoring = TableScoring(predictor: predictor, context: context)
        var counts = PredictionCounts()
        for shardIndex in table.shards.indices {
            let output = ParquetOutput(
                object: try await transaction.stage(names.urls[shardIndex]), schema: schema,
                codec: spec.codec, programVersion: context.programVersion, pool: context.pool)
            try await scoring.run(table, shards: shardIndex..<shardIndex + 1) { _, scored in
                counts.merge(scored.counts)
                try await output.write(scored.output)
            }
            try await output.finish()
        }
        return counts
    }

    /// Predictions must not replace the shards that they are made from.
    private func check(_ names: OutputNames, against table: ShardTable) throws(JobFailure) {
        let inputs = Set(table.shards.map(\.url))
        guard let url = names.urls.first(where: inputs.contains) else { return }
        throw JobFailure(
            .configInvalid, "The predictions would replace a shard of the input.",
            place: .init(object: url.description), remedy: "Choose another --output.")
    }

    /// Row conservation: what went in came out.
    private func check(_ counts: PredictionCounts, against table: ShardTable) throws(JobFailure) {
        guard counts.rowCount == table.rowCount else {
            throw JobFailure(
                .internal, "\(table.rowCount) rows went in, \(counts.rowCount) came out.",
                remedy: "Nothing was committed. This is a bug in Martlet; please report it.")
        }
    }
}

extension BatchPredictor {
    static func load(
        model: ObjectURL, lower: ObjectURL?, upper: ObjectURL?,
        options: PredictionOptions = PredictionOptions(), from store: any ObjectStore
    ) async throws -> BatchPredictor {
        func artifact(_ url: ObjectURL?) async throws -> ModelArtifact? {
            guard let url else { return nil }
            return try await ModelStore.load(url, from: store)
        }
        return try BatchPredictor(
            model: try await ModelStore.load(model, from: store),
            lower: try await artifact(lower), upper: try await artifact(upper),
            options: options)
    }
}

/// What `predict` prints.
package struct PredictResult: JobResult {
    package var command = "predict"
    package var outputs: [String]
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    /// Rows whose bounds were exchanged, and rows whose bound was moved to the prediction.
    package var crossedRows: Int
    package var widenedRows: Int
    /// Column to rows with a category that training did not list.
    package var unseenCategories: [String: Int]
    package var bytesRead: Int
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var shardCount: Int
    package var commit: CommitReference?

    package var summary: [SummaryLine] {
        let place = outputs.count == 1 ? outputs[0] : "\(outputs.count) objects"
        var lines = [
            SummaryLine("outputs", place),
            SummaryLine("rows", "\(rowsIn) in, \(rowsOut) out, \(rowsQuarantined) quarantined"),
        ]
        let unseen = unseenCategories.sorted { $0.key < $1.key }
        if !unseen.isEmpty {
            lines.append(
                SummaryLine(
                    "unseen categories",
                    unseen.map { "\($0.key) \($0.value) rows" }.joined(separator: ", ")))
        }
        if crossedRows + widenedRows > 0 {
            lines.append(
                SummaryLine("intervals", "\(crossedRows) crossed, \(widenedRows) widened"))
        }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
