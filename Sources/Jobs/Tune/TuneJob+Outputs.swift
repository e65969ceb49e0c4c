import Columns
import Evaluation
import Models
import ObjectStores
import Parquet
import Reports
import Threads

extension TuneJob {
    /// One trial of a map: its outcome, and a commit record beside it.
    func runTrial(
        _ measurer: inout TrialMeasurer, store: TrialStore, _ stopwatch: inout Stopwatch
    ) async throws -> TuneResult {
        var result = TuneResult(spec, metric: metric.name)
        let values = spec.parameters(of: spec.trial)
        let kept = try await store.load(rung: spec.rung, trial: spec.trial, values: values)
        let outcome: TrialOutcome
        if let kept {
            outcome = kept
        } else {
            outcome = try await measured(
                spec.trial, spec.rung, &measurer, store, stage: "cross-validating")
        }
        stopwatch.record("search")
        result.take(measurer.data)
        result.best = TuneResult.Trial(outcome)
        result.seconds = stopwatch.total
        let url = store.url(rung: spec.rung, trial: spec.trial)
        result.outcome = url.description
        let transaction = OutputTransaction(
            root: url.parent, soleObject: url.lastComponent, store: context.store)
        result.commit = try await transaction.commit(
            Array((try JSONText.encode(outcome) + "\n").utf8), at: url, try record(result),
            context: context)
        return result
    }

    /// `items.json`: the trials that a map has to measure, with their values for people to see.
    func writePlan(of rung: Int, trials: [Int]) async throws -> TuneResult {
        var result = TuneResult(spec, metric: metric.name)
        let items = trials.map { trial in
            PlannedTrial(trial: trial, rung: rung, parameters: spec.parameters(of: trial))
        }
        let url = folder.appending("items.json")
        result.items = url.description
        result.pending = items.count
        let transaction = OutputTransaction(root: folder, store: context.store)
        result.commit = try await transaction.commit(
            Array((try JSONText.encode(items) + "\n").utf8), at: url, try record(result),
            context: context)
        return result
    }

    /// The best trial trained on all rows, and the table of all.
    func finish(
        _ best: TrialOutcome, _ outcomes: [TrialOutcome], _ data: TrainingData,
        _ measurer: inout TrialMeasurer, _ stopwatch: inout Stopwatch
    ) async throws -> TuneResult {
        let (refit, trained) = try await measurer.refit(
            trial: best.trial, report: best.report, &stopwatch)
        let table = TrialTable(outcomes, best: best, metric: metric)
        let job = TrainJob(spec: refit, context: context)
        var (artifact, report) = try await job.complete(
            trained, facts: data.facts, rows: data, stopwatch: &stopwatch,
            sections: [table.section])
        artifact.parameters["tune_trials"] = .number(Double(spec.schedule.trialCount))
        let url = ModelStore.objectURL(spec.spec.output)
        var result = TuneResult(spec, metric: metric.name)
        result.take(data)
        result.best = TuneResult.Trial(best)
        result.model = url.description
        result.report = report.map { _ in ReportFile.url(besideModel: url).description }
        result.iterations = trained.iterations
        result.metrics = trained.metrics.mapValues { $0.mapValues(FiniteNumber.init) }
        result.trialsTable = folder.appending(TrialTable.jsonName).description
        result.table = table.lines
        result.seconds = stopwatch.total
        result.commit = try await write(artifact, report, table, result)
        stopwatch.record("write")
        result.seconds = stopwatch.total
        result.peakRssBytes = PeakMemory.byteCount
        return result
    }

    private func write(
        _ artifact: ModelArtifact, _ report: Report?, _ table: TrialTable, _ result: TuneResult
    ) async throws -> CommitReference {
        let url = ModelStore.objectURL(spec.spec.output)
        var transaction = OutputTransaction(
            output: spec.spec.output, isOneObject: url == spec.spec.output, store: context.store)
        let bytes = try await context.pool.perform { try ModelFormat.encode(artifact) }
        do {
            let object = try await transaction.stage(url)
            try await object.append(bytes)
            try await object.seal()
            if let report {
                let object = try await transaction.stage(ReportFile.url(besideModel: url))
                try await object.append(report.html)
                try await object.seal()
            }
            let json = try await transaction.stage(folder.appending(TrialTable.jsonName))
            try await json.append(try table.json())
            try await json.seal()
            let output = try ParquetOutput(
                object: try await transaction.stage(folder.appending(TrialTable.parquetName)),
                schema: table.batch.schema, options: WriterOptions(),
                programVersion: context.programVersion, pool: context.pool)
            try await output.write(table.batch)
            try await output.finish()
            return try await transaction.commit(record(result), context: context).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private func record(_ result: TuneResult) throws -> CommitRecord {
        var record = CommitRecord(
            command: "tune", run: context.run, program: context.programVersion,
            rowsIn: result.rowsIn, rowsOut: result.rowsOut,
            rowsQuarantined: result.rowsQuarantined)
        record.result = try result.kept()
        return record
    }
}

/// An item of a map.
private struct PlannedTrial: Encodable {
    let trial: Int
    let rung: Int
    let parameters: [String: JSONValue]
}
