import Columns
import Models
import ObjectStores
import Objectives
import Reports
package import Shards
import Threads
import Trees

/// `train`: shards in, a model out.
package struct TrainJob: Sendable {
    package let spec: TrainSpec
    package let context: JobContext

    package init(spec: TrainSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> TrainResult {
        if spec.isPartial, case .linear(let parameters) = spec.algorithm {
            return try await PartialTraining(
                spec: spec, parameters: parameters, context: context
            ).run()
        }
        var stopwatch = Stopwatch()
        let trained: TrainedModel
        let data: TrainingFacts
        var rows: TrainingData?
        switch spec.algorithm {
        case .trees(var parameters, let objective):
            let initial = try await InitialModel.load(spec, context: context)
            let read = try await TrainingData.read(
                spec.using(initial), initial: initial, context: context)
            try spec.constraints.apply(to: &parameters, features: read.columns.features)
            stopwatch.record("read")
            trained = try await BoostedTraining(
                spec: spec, parameters: parameters, objectiveSpec: objective, data: read,
                initial: initial, snapshots: snapshots(of: read.facts), context: context,
                foldCount: spec.crossValidation?.foldCount ?? 0
            ).run(&stopwatch)
            data = read.facts
            rows = read
        case .linear(let parameters):
            (trained, data) = try await LinearTraining(
                spec: spec, parameters: parameters, context: context
            ).run(&stopwatch)
        }
        let (artifact, report) = try await complete(
            trained, facts: data, rows: rows, stopwatch: &stopwatch)
        var result = result(artifact, trained, data: data, seconds: stopwatch.total)
        if report != nil {
            result.report =
                ReportFile.url(besideModel: ModelStore.objectURL(spec.output)).description
        }
        result.commit = try await write(artifact, report: report, data: data, result: result)
        if case .trees = spec.algorithm,
            let place = CheckpointPlace.url(for: spec, context: context)
        {
            await CheckpointPlace.remove(place, context: context)
        }
        stopwatch.record("write")
        result.seconds = stopwatch.total
        result.peakRssBytes = PeakMemory.byteCount
        return result
    }

    /// Makes a model file of what was trained: calibrated, with its report.
    /// - Parameters:
    ///   - rows: what the report draws; nil for none.
    ///   - sections: of the report, besides its own.
    func complete(
        _ trained: TrainedModel, facts: TrainingFacts, rows: TrainingData?,
        stopwatch: inout Stopwatch, sections: [Report.Section] = []
    ) async throws -> (artifact: ModelArtifact, report: Report?) {
        var artifact = artifact(of: trained, data: facts)
        if let calibration = spec.calibration {
            let pass = CalibrationPass(
                spec: spec, table: facts.table,
                split: RowSplit(spec, rowCount: facts.table.rowCount), target: facts.target,
                context: context)
            artifact.calibration = try await pass.run(
                artifact, bounds: trained.bounds, goal: calibration.goal)
            stopwatch.record("calibrate")
        }
        let report = try await report(
            artifact, trained, data: rows, facts: facts, sections: sections, stopwatch: &stopwatch)
        return (artifact, report)
    }

    private func snapshots(of data: TrainingFacts) -> ModelSnapshots? {
        guard spec.snapshotFreq > 0 else { return nil }
        return ModelSnapshots(
            frequency: spec.snapshotFreq, artifact: { artifact(of: $0, data: data) },
            output: spec.output, context: context)
    }

    private func report(
        _ artifact: ModelArtifact, _ trained: TrainedModel, data: TrainingData?,
        facts: TrainingFacts, sections: [Report.Section], stopwatch: inout Stopwatch
    ) async throws -> Report? {
        guard spec.writesReport else { return nil }
        let seconds = stopwatch.total
        let report = try await context.pool.perform {
            guard let data else {
                return TrainReport(
                    artifact, trained: trained, facts: facts, seconds: seconds, spec: spec,
                    context: context
                )?.make(with: sections)
            }
            return TrainReport(
                artifact, trained: trained, data: data, seconds: seconds, spec: spec,
                context: context
            )?.make(with: sections)
        }
        stopwatch.record("report")
        return report
    }

    private func artifact(of trained: TrainedModel, data: TrainingFacts) -> ModelArtifact {
        let (objective, alpha, transform) = objective
        let tables = [data.table] + [data.validationTable].compactMap { $0 }
        let inputs = tables.flatMap(\.shards).map { Provenance.Input($0.shard) }
        let features = FeatureSchema(data.features.features, statistics: trained.statistics)
        var artifact = ModelArtifact(
            kind: trained.kind, algorithm: algorithmName, objective: objective, alpha: alpha,
            transform: transform, features: features,
            target: ModelTarget(
                name: spec.target, type: data.columns.target.type,
                classLabels: data.target.classLabels),
            parameters: ParameterRecord.values(
                of: spec, rounds: trained.crossValidation?.bestIteration), metrics: trained.metrics,
            bestIteration: trained.bestIteration, importances: trained.importances,
            profiles: trained.profiles,
            provenance: Provenance(
                programVersion: context.programVersion, seed: spec.seed,
                trainRowCount: data.trainRowCount,
                validRowCount: data.validRowCount, inputs: inputs))
        if case .trees(_, let objective) = spec.algorithm {
            artifact.quantileLevels = objective.quantileLevels
        }
        return artifact
    }

    private var algorithmName: String {
        if case .linear = spec.algorithm { "linear" } else { "gbdt" }
    }

    private var objective: (name: String, alpha: Double?, transform: ScoreTransform) {
        switch spec.algorithm {
        case .linear(let parameters):
            (parameters.objective.rawValue, nil, parameters.transform)
        case .trees(_, let objective):
            (objective.name, objective.quantileLevel, objective.transform)
        }
    }

    private func write(
        _ artifact: ModelArtifact, report: Report?, data: TrainingFacts, result: TrainResult
    ) async throws -> CommitReference {
        let url = ModelStore.objectURL(spec.output)
        var transaction = OutputTransaction(
            output: spec.output, isOneObject: url == spec.output, store: context.store)
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
            var record = CommitRecord(
                command: "train", run: context.run, program: context.programVersion,
                rowsIn: data.table.rowCount, rowsOut: data.table.rowCount - data.droppedRowCount,
                rowsQuarantined: data.droppedRowCount)
            record.result = try result.kept()
            return try await transaction.commit(record, context: context).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private func result(
        _ artifact: ModelArtifact, _ trained: TrainedModel, data: TrainingFacts,
        seconds: [String: Double]
    ) -> TrainResult {
        TrainResult(
            model: ModelStore.objectURL(spec.output).description, algorithm: artifact.algorithm,
            objective: artifact.objective,
            rows: data.trainRowCount, validRows: data.validRowCount,
            droppedRows: data.droppedRowCount, calibrationRows: data.calibrationRowCount,
            calibration: artifact.calibration.map { CalibrationReport($0) },
            linear: trained.linear, crossValidation: trained.crossValidation,
            features: data.features.features.count,
            iterations: trained.iterations, resumedIterations: trained.resumedIterations,
            bestIteration: trained.bestIteration ?? trained.iterations,
            metrics: trained.metrics.mapValues { $0.mapValues(FiniteNumber.init) },
            filter: data.table.filter, schemaDifferences: data.table.differences,
            seconds: seconds, peakRssBytes: PeakMemory.byteCount,
            scratchBytes: trained.scratchByteCount > 0 ? trained.scratchByteCount : nil,
            bytesRead: data.table.byteCount, shardCount: data.table.shards.count)
    }
}

/// What `train` prints.
package struct TrainResult: JobResult {
    package var command = "train"
    package var model: String
    /// nil when none was written.
    package var report: String?
    package var algorithm: String
    package var objective: String
    /// Rows learned from.
    package var rows: Int
    package var validRows: Int
    /// Rows left out because their target is null.
    package var droppedRows: Int
    /// Rows held out to calibrate on.
    package var calibrationRows: Int
    package var calibration: CalibrationReport?
    /// Of a linear model.
    package var linear: LinearReport?
    /// What chose the number of rounds.
    package var crossValidation: CrossValidationReport?
    /// Whether statistics were written instead of a model.
    package var isPartial: Bool?
    package var features: Int
    package var iterations: Int
    /// Of them, those that a checkpoint of an earlier attempt had saved.
    package var resumedIterations: Int
    package var bestIteration: Int
    package var metrics: [String: [String: FiniteNumber]]
    /// nil without `--filter`.
    package var filter: FilterReport?
    /// How the shards differ from the table that they make.
    package var schemaDifferences: [SchemaDifference] = []
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    /// Of the scratch file that held the binned rows; nil where memory did.
    package var scratchBytes: Int?
    package var bytesRead: Int
    package var shardCount: Int
    package var commit: CommitReference?

    package var rowsIn: Int { rows + validRows + calibrationRows + droppedRows }
    package var rowsOut: Int { rows + validRows + calibrationRows }
    package var rowsQuarantined: Int { droppedRows }

    package var figures: [TaskMetric: Double] {
        var figures: [TaskMetric: Double] = [.rowsRead: Double(rowsIn)]
        figures[.trainSeconds] = seconds["fit"]
        figures[.validationMAE] = metrics["valid"]?["mae"]?.value
        return figures
    }

    package var summary: [SummaryLine] {
        var lines = [
            SummaryLine(isPartial == true ? "statistics" : "model", model),
            SummaryLine("rows", "\(rows) trained, \(validRows) validated, \(droppedRows) dropped"),
            SummaryLine("features", "\(features)"),
        ]
        if let filter { lines.insert(filter.summaryLine, at: 1) }
        if let report { lines.insert(SummaryLine("report", report), at: 1) }
        if iterations > 0 {
            lines.append(SummaryLine("iterations", "\(iterations), best \(bestIteration)"))
        }
        if let crossValidation { lines.append(crossValidation.summaryLine) }
        if let linear { lines.append(SummaryLine("solved by", linear.summary)) }
        if let calibration {
            lines.append(SummaryLine("calibrated", calibration.summary))
        }
        for set in metrics.keys.sorted() {
            lines.append(SummaryLine(set, SummaryLine.metrics(metrics[set] ?? [:])))
        }
        return lines + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
