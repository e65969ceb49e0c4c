import Columns
import Logging
import Models
import ObjectStores
import Predictions
import Reports
package import Shards
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
            let scored = try await score(
                table, predictor,
                urls: names.urls(of: table.shards.map(\.shard), among: manifest.shards),
                into: &transaction, quarantine: &quarantine)
            stopwatch.record("score")
            try check(scored.counts, rowsIn: rowsIn, quarantine)
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
                seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount,
                shardCount: scored.urls.count, badShardCount: quarantine.entries.count)
            warn(of: result.drift)
            result.quarantine = try await list(quarantine, names, into: &transaction)
            if let sample = scored.sample {
                let report = PredictReport(
                    model: predictor.model, result: result, sample: sample, quarantine: quarantine,
                    inputs: table.shards.map { Provenance.Input($0.shard) }, context: context)
                result.report = try await write(report, names, into: &transaction)
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

    /// What came of the good shards: where each one's predictions will be, in their order.
    private struct ScoredShards {
        var urls: [ObjectURL] = []
        var counts = PredictionCounts()
        /// nil when no report is asked for.
        var sample: PredictionSample?
    }

    private func score(
        _ table: ShardTable, _ predictor: BatchPredictor, urls: [ObjectURL],
        into transaction: inout OutputTransaction, quarantine: inout ShardQuarantine
    ) async throws -> ScoredShards {
        let pipeline = PredictionPipeline(
            predictor: predictor, writerOptions: spec.writerOptions, context: context)
        var scored = ScoredShards()
        if spec.writesReport {
            scored.sample = PredictionSample(
                schema: try predictor.outputSchema(for: table.schema), rowCount: table.rowCount)
        }
        try await withThrowingTaskGroup(of: Void.self) { seals in
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
            try await seals.waitForAll()
        }
        guard !scored.urls.isEmpty else {
            throw JobFailure(
                .dataInvalid, "None of the \(table.shards.count) shards can be read.",
                place: .init(object: quarantine.entries.first?.url),
                remedy: quarantine.entries.first?.message)
        }
        return scored
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

/// What `predict` prints.
package struct PredictResult: JobResult {
    package var command = "predict"
    package var outputs: [String]
    /// nil when none was written.
    package var report: String?
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    /// Rows whose bounds were exchanged, and rows whose bound was moved to the prediction.
    package var crossedRows: Int
    package var widenedRows: Int
    /// Column to rows with a category that training did not list.
    package var unseenCategories: [String: Int]
    /// Columns whose values are unlike those of training, the worst first.
    package var drift: [ColumnDrift]
    /// Numbers outside the range of training, of all columns; nil when the model records none.
    package var valuesOutOfRange: Int?
    package var bytesRead: Int
    /// nil without `--filter`.
    package var filter: FilterReport?
    /// How the shards differ from the table that they make.
    package var schemaDifferences: [SchemaDifference] = []
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    /// Shards that were scored, and those that were left out.
    package var shardCount: Int
    package var badShardCount = 0
    /// The list of the shards that were left out; nil if there are none.
    package var quarantine: String?
    package var commit: CommitReference?

    package var figures: [TaskMetric: Double] {
        var figures: [TaskMetric: Double] = [
            .rowsRead: Double(rowsIn), .rowsPredicted: Double(rowsOut),
            .rowsQuarantined: Double(rowsQuarantined), .shardsFailed: Double(badShardCount),
            .unseenCategories: Double(unseenCategories.values.reduce(0, +)),
        ]
        if let valuesOutOfRange {
            figures[.valuesOutOfRange] = Double(valuesOutOfRange)
            figures[.driftPercent] = 100 * (drift.first?.shift ?? 0)
        }
        return figures
    }

    package var summary: [SummaryLine] {
        let place = outputs.count == 1 ? outputs[0] : "\(outputs.count) objects"
        var lines = [
            SummaryLine("outputs", place),
            SummaryLine("rows", "\(rowsIn) in, \(rowsOut) out, \(rowsQuarantined) quarantined"),
        ]
        if let report { lines.append(SummaryLine("report", report)) }
        if let quarantine {
            lines.append(SummaryLine("bad shards", "\(badShardCount), listed in \(quarantine)"))
        }
        if let filter { lines.append(filter.summaryLine) }
        let unseen = unseenCategories.sorted { $0.key < $1.key }
        if !unseen.isEmpty {
            lines.append(
                SummaryLine(
                    "unseen categories",
                    unseen.map { "\($0.key) \($0.value) rows" }.joined(separator: ", ")))
        }
        let noticeable = drift.filter { $0.shift >= ColumnDrift.noticeableShift }
        if !noticeable.isEmpty {
            lines.append(
                SummaryLine("drift", noticeable.prefix(3).map(\.text).joined(separator: "; ")))
        }
        if crossedRows + widenedRows > 0 {
            lines.append(
                SummaryLine("intervals", "\(crossedRows) crossed, \(widenedRows) widened"))
        }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
