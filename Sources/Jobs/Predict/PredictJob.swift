import Columns
import Logging
import Models
import ObjectStores
import Predictions
import Reports
import Shards
import Threads

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
        var quarantine = ShardQuarantine(countMax: spec.badShardCountMax)
        let table = try await quarantine.open(
            manifest, filter: spec.filter, for: predictor, context: context)
        let rowsIn = table.rowCount + quarantine.rowCount
        stopwatch.record("open")
        // By all shards: a bad one that is mended later changes no names.
        let names = OutputNames(
            output: spec.output, shards: manifest.shards, group: context.run.shardGroup)
        try check(names, against: manifest)
        try MemoryPlan(predicting: table, with: predictor, threads: context.pool.threadCount)
            .check(context)
        var transaction = OutputTransaction(
            output: spec.output, isOneObject: names.isOneObject, store: context.store)
        do {
            var result = try await score(
                table, predictor,
                urls: names.urls(of: table.shards.map(\.shard), among: manifest.shards),
                into: &transaction, quarantine: &quarantine
            ) { scored, quarantine, transaction in
                stopwatch.record("score")
                try check(scored.counts, rowsIn: rowsIn, quarantine)
                return try await describe(
                    scored, of: table, rowsIn: rowsIn, predictor, names, quarantine,
                    seconds: stopwatch.total, into: &transaction)
            }
            var record = CommitRecord(
                command: "predict", run: context.run, program: context.programVersion,
                rowsIn: rowsIn, rowsOut: result.rowsOut, rowsQuarantined: result.rowsQuarantined)
            record.result = try result.kept()
            result.commit = try await transaction.commit(record, context: context).commit
            stopwatch.record("write")
            result.seconds = stopwatch.total
            result.peakRssBytes = PeakMemory.byteCount
            return result
        } catch {
            await transaction.discard()
            throw error
        }
    }

    /// The result, with the list of bad shards and the report staged.
    private func describe(
        _ scored: ScoredShards, of table: ShardTable, rowsIn: Int,
        _ predictor: BatchPredictor, _ names: OutputNames, _ quarantine: ShardQuarantine,
        seconds: [String: Double], into transaction: inout OutputTransaction
    ) async throws -> PredictResult {
        var result = PredictResult(
            outputs: scored.urls.map(\.description), rowsIn: rowsIn,
            rowsOut: scored.counts.rowCount, rowsQuarantined: quarantine.rowCount,
            crossedRows: scored.counts.crossedRowCount,
            widenedRows: scored.counts.widenedRowCount,
            unseenCategories: scored.counts.otherCounts,
            drift: ColumnDrift.report(scored.counts, model: predictor.model),
            valuesOutOfRange: scored.counts.outOfRangeCount,
            bytesRead: table.byteCount, filter: table.filter,
            schemaDifferences: table.differences,
            seconds: seconds, peakRssBytes: PeakMemory.byteCount,
            shardCount: scored.urls.count, badShardCount: quarantine.entries.count)
        warn(of: result.drift)
        result.quarantine = try await list(quarantine, names, into: &transaction)
        if let sample = scored.sample {
            let report = PredictReport(
                model: predictor.model, result: result, sample: sample, quarantine: quarantine,
                inputs: table.shards.map { Provenance.Input($0.shard) }, context: context)
            result.report = try await write(report, names, into: &transaction)
        }
        return result
    }

    /// What came of the good shards: where each one's predictions will be, in their order.
    private struct ScoredShards {
        var urls: [ObjectURL] = []
        var counts = PredictionCounts()
        /// nil when no report is asked for.
        var sample: PredictionSample?
    }

    /// - Parameter describe: makes the result of what was scored while the last object's bytes go
    ///   out.
    /// - Returns: its result; every object is sealed by then.
    private func score(
        _ table: ShardTable, _ predictor: BatchPredictor, urls: [ObjectURL],
        into transaction: inout OutputTransaction, quarantine: inout ShardQuarantine,
        _ describe: (
            ScoredShards, ShardQuarantine, inout OutputTransaction
        ) async throws -> PredictResult
    ) async throws -> PredictResult {
        let pipeline = PredictionPipeline(
            predictor: predictor, writerOptions: spec.writerOptions, context: context)
        var scored = ScoredShards()
        if spec.writesReport {
            scored.sample = PredictionSample(
                schema: try predictor.outputSchema(for: table.schema), rowCount: table.rowCount)
        }
        return try await withThrowingTaskGroup(of: Void.self) { seals in
            for (shardIndex, shard) in table.shards.enumerated() {
                let object = try await transaction.stage(urls[shardIndex])
                do {
                    scored.counts.merge(
                        try await pipeline.run(
                            table, shardIndex: shardIndex, into: object, sample: &scored.sample))
                    scored.urls.append(urls[shardIndex])
                } catch {
                    try quarantine.add(
                        shard.shard, rows: table.rowCounts[shardIndex], error: error)
                    await transaction.discard(object)
                    continue
                }
                // The last bytes of an object go out while the next shard is scored.
                try await seals.next()
                seals.addTask { try await object.seal() }
            }
            guard !scored.urls.isEmpty else {
                throw JobFailure(
                    .dataInvalid, "None of the \(table.shards.count) shards can be read.",
                    place: .init(object: quarantine.entries.first?.url),
                    remedy: quarantine.entries.first?.message)
            }
            let result = try await describe(scored, quarantine, &transaction)
            try await seals.waitForAll()
            return result
        }
    }

    private func warn(of drift: [ColumnDrift]) {
        for column in drift.prefix(5) where column.shift >= ColumnDrift.noticeableShift {
            context.logger.warning(
                "a column differs from training",
                metadata: ["column": "\(column.column)", "difference": "\(column.text)"])
        }
    }

    /// Stages the list of the shards that were left out.
    /// - Returns: its URL, or nil if there are none.
    private func list(
        _ quarantine: ShardQuarantine, _ names: OutputNames,
        into transaction: inout OutputTransaction
    ) async throws -> String? {
        guard !quarantine.entries.isEmpty else { return nil }
        for entry in quarantine.entries {
            context.logger.warning(
                "a shard was left out",
                metadata: [
                    "shard": "\(entry.url)", "rows": "\(entry.rows.map(String.init) ?? "unknown")",
                    "error": "\(entry.error)", "reason": "\(entry.message)",
                ])
        }
        let root = names.isOneObject ? spec.output.parent : spec.output
        let url = root.appending(ShardQuarantine.name(group: context.run.shardGroup))
        let object = try await transaction.stage(url)
        try await object.append(try quarantine.report(output: spec.output, name: url))
        try await object.seal()
        return url.description
    }

    /// Stages the report.
    /// - Returns: its URL.
    private func write(
        _ report: PredictReport, _ names: OutputNames, into transaction: inout OutputTransaction
    ) async throws -> String {
        let url = ReportFile.url(
            besidePredictions: spec.output, isOneObject: names.isOneObject,
            group: context.run.shardGroup)
        let html = try await context.pool.perform { report.make().html }
        let object = try await transaction.stage(url)
        try await object.append(html)
        try await object.seal()
        return url.description
    }

    /// Predictions must not replace the shards that they are made from.
    private func check(
        _ names: OutputNames, against manifest: ShardManifest
    ) throws(JobFailure) {
        let inputs = Set(manifest.shards.map(\.object.url))
        guard let url = names.urls.first(where: inputs.contains) else { return }
        throw JobFailure(
            .configInvalid, "The predictions would replace a shard of the input.",
            place: .init(object: url.description), remedy: "Choose another --output.")
    }

    /// Row conservation: what went in came out, or is listed as left out.
    private func check(
        _ counts: PredictionCounts, rowsIn: Int, _ quarantine: ShardQuarantine
    ) throws(JobFailure) {
        guard counts.rowCount + quarantine.rowCount == rowsIn else {
            throw JobFailure(
                .internal,
                "\(rowsIn) rows went in, \(counts.rowCount) came out and "
                    + "\(quarantine.rowCount) were left out.",
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
        let model = try await ModelStore.load(model, from: store)
        var options = options
        // One class without the others says little.
        if model.outputCount > 1, !model.hasSeveralTargets, !options.writesRawScore {
            options.writesProbabilities = true
        }
        return try BatchPredictor(
            model: model,
            lower: try await artifact(lower), upper: try await artifact(upper),
            options: options)
    }
}
