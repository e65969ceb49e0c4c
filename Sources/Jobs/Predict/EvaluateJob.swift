import Calibration
import Columns
package import Evaluation
import Models
package import ObjectStores
import Predictions
import Reports
import Shards
import Threads

/// What `evaluate` is asked to do, checked.
package struct EvaluateSpec: Sendable {
    package let model: ObjectURL
    package let lowerModel: ObjectURL?
    package let upperModel: ObjectURL?
    package let data: [ObjectURL]
    /// nil: the model's own target.
    package let target: String?
    package let weight: String?
    package let query: String?
    /// Empty: those of the model's objective.
    package let metrics: [Metric]
    package let alpha: Double?
    /// Columns whose values get metrics of their own.
    package let by: [String]
    /// nil keeps all rows.
    package let filter: String?
    /// The folder that report and metrics go to; nil writes none.
    package let output: ObjectURL?
    /// Whether each feature's values are dealt out anew, to see what the metric loses.
    package let permutesFeatures: Bool

    package init(_ values: JobValues) throws {
        model = try ObjectURL(parsing: try values.requiredText("model"))
        (lowerModel, upperModel) = try values.intervalModels()
        data = try values.urls("data")
        target = try values.text("target")
        weight = try values.text("weight")
        query = try values.text("query")
        metrics = try values.metrics()
        alpha = try values.alpha()
        by = try values.list("by")
        filter = try values.text("filter")
        output = try values.text("output").map { try ObjectURL(parsing: $0) }
        permutesFeatures = try values.flag("permutation_importance")
    }
}

/// `evaluate`: shards with a known target and a model in, metrics out.
package struct EvaluateJob: Sendable {
    package let spec: EvaluateSpec
    package let context: JobContext

    package init(spec: EvaluateSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> EvaluateResult {
        var stopwatch = Stopwatch()
        let predictor = try await BatchPredictor.load(
            model: spec.model, lower: spec.lowerModel, upper: spec.upperModel,
            from: context.store)
        guard !predictor.model.hasSeveralTargets else {
            throw JobFailure(
                .modelIncompatible,
                "The model predicts \(predictor.model.outputCount) targets at once; metrics are of "
                    + "one.", place: .init(object: spec.model.description),
                remedy: "Run predict and compare its columns, or use one model for each target.")
        }
        guard predictor.model.quantileLevels.isEmpty || spec.alpha == nil else {
            throw JobFailure(
                .configInvalid, "--alpha is \(spec.alpha ?? 0); the model has levels of its own.",
                place: .init(object: spec.model.description), remedy: "Leave --alpha out.")
        }
        let table = try await context.openTable(spec.data, filter: spec.filter)
        stopwatch.record("open")
        let (rows, groups, roles) = try await score(table, predictor)
        stopwatch.record("score")
        let metrics = try await evaluate(rows, groups: groups, model: predictor.model)
        let isBinary = predictor.model.target.classLabels.count == 2
        stopwatch.record("evaluate")
        var permutation: PermutationReport?
        if spec.permutesFeatures {
            permutation = try await permutationImportance(
                of: table, roles: roles, rows: rows, model: predictor.model)
            stopwatch.record("permute")
        }
        var result = EvaluateResult(
            rows: rows.count, droppedRows: table.rowCount - rows.count, metrics: metrics.all,
            groups: spec.by.isEmpty ? nil : metrics.groups,
            reliability: isBinary
                ? rows.reliability.bins.map { EvaluateResult.ReliabilityBin($0) } : nil,
            permutationImportance: permutation,
            filter: table.filter, schemaDifferences: table.differences,
            seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount,
            shardCount: table.shards.count)
        if let output = spec.output {
            let report = EvaluationReport(
                model: predictor.model, rows: rows, result: result, context: context)
            let html = try await context.pool.perform { report.make().html }
            result.commit = try await write(result, html: html, to: output)
        }
        return result
    }

    /// Metrics as JSON, as `--json` prints them, and the report.
    private func write(
        _ result: EvaluateResult, html: String, to output: ObjectURL
    ) async throws -> CommitReference {
        var transaction = OutputTransaction(
            output: output, isOneObject: false, store: context.store)
        do {
            let metrics = try JSONText.encode(result, isPretty: true) + "\n"
            for (name, text) in [("metrics.json", metrics), (ReportFile.name, html)] {
                let object = try await transaction.stage(output.appending(name))
                try await object.append(text)
                try await object.seal()
            }
            let record = CommitRecord(
                command: "evaluate", run: context.run, program: context.programVersion,
                rowsIn: result.rowsIn, rowsOut: result.rowsOut,
                rowsQuarantined: result.rowsQuarantined)
            return try await transaction.commit(record, context: context).commit
        } catch {
            await transaction.discard()
            throw error
        }
    }

    private func score(
        _ table: ShardTable, _ predictor: BatchPredictor
    ) async throws -> (EvaluatedRows, [RowGroups], RowRoles) {
        let model = predictor.model
        let targetName = spec.target ?? model.target.name
        guard let field = table.schema[targetName] else { throw table.missingColumn(targetName) }
        for name in spec.by + [spec.weight].compactMap({ $0 }) where table.schema[name] == nil {
            throw table.missingColumn(name)
        }
        let encoder = try TargetEncoder(field: field, of: model.target)
        let query = queryColumn(of: model)
        if let query, table.schema[query] == nil { throw table.missingColumn(query) }
        var scoring = TableScoring(predictor: predictor, context: context)
        var named: Set<String> = []
        scoring.extraColumns = ([targetName] + [spec.weight, query].compactMap { $0 } + spec.by)
            .filter { named.insert($0).inserted }
        let prefix = model.quantileLevels.isEmpty ? "probability_" : "prediction_"
        let names =
            model.outputCount == 1 ? ["prediction"] : model.outputNames.map { prefix + $0 }
        var rows = EvaluatedRows()
        rows.parameters = EvaluationParameters(model, alpha: spec.alpha)
        rows.classCount = names.count
        rows.levels = model.quantileLevels
        var groups = spec.by.map { RowGroups(column: $0) }
        var numbering = QueryNumbering()
        var roles = RowRoles()
        try await scoring.run(table) { batch, scored in
            var place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: targetName)
            guard let target = batch.batch[targetName] else { return }
            let labels = try encoder.values(target, place: place)
            let byColumns = spec.by.map { batch.batch[$0] }
            var weights: [Double]?
            if let name = spec.weight, let column = batch.batch[name] {
                place.column = name
                weights = try WeightColumn.values(column, place: place)
            }
            var queries: [Int32]?
            if let query, let column = batch.batch[query] {
                place.column = query
                queries = try numbering.number(column, firstRow: batch.firstRow, place: place)
            }
            let predictions = names.compactMap { scored.doubles($0) }
            let lower = scored.doubles("prediction_lower")
            let upper = scored.doubles("prediction_upper")
            for label in labels { roles.append(label.isNaN ? .dropped : .train) }
            for (row, label) in labels.enumerated() where !label.isNaN {
                for (index, column) in byColumns.enumerated() {
                    guard let column else { continue }
                    try groups[index].add(column, row: row, position: rows.count)
                }
                rows.labels.append(label)
                for column in predictions { rows.predictions.append(column[row]) }
                if let weights { rows.weights.append(weights[row]) }
                if let queries { rows.queries.append(queries[row]) }
                if let lower { rows.lower.append(lower[row]) }
                if let upper { rows.upper.append(upper[row]) }
            }
        }
        guard !rows.labels.isEmpty else {
            throw JobFailure(
                .dataInvalid,
                table.rowCount == 0
                    ? table.emptinessText
                    : "The target is null in all \(table.rowCount) rows.",
                place: .init(object: table.shards[0].url.description, column: targetName))
        }
        return (rows, groups, roles)
    }

    /// The column of queries: what the caller says, or what a ranking was trained with.
    private func queryColumn(of model: ModelArtifact) -> String? {
        if let query = spec.query { return query }
        guard model.objective == "lambdarank" || spec.metrics.contains(where: \.isRanking),
            case .string(let name)? = model.parameters["query"]
        else { return nil }
        return name
    }

    /// The metrics of all rows, then those of each group.
    private func evaluate(
        _ rows: EvaluatedRows, groups: [RowGroups], model: ModelArtifact
    ) async throws -> (all: [String: FiniteNumber], groups: [String: [EvaluateResult.Group]]) {
        var metrics = spec.metrics
        if metrics.isEmpty {
            metrics = Metric.defaults(objective: model.objective)
            if !rows.lower.isEmpty || !rows.levels.isEmpty { metrics.append(.coverage) }
        }
        let chosen = metrics
        return try await context.pool.perform {
            var results: [String: [EvaluateResult.Group]] = [:]
            for column in groups {
                results[column.column] = try column.groups.map { value, positions in
                    EvaluateResult.Group(
                        value: value, rows: positions.count,
                        metrics: try rows.rows(at: positions).evaluate(chosen))
                }
            }
            return (try rows.evaluate(chosen), results)
        }
    }
}
