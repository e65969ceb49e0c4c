import Binning
import Columns
import Evaluation
import Logging
import Models
import ObjectStores
import Shards

/// The tables of a training job after the first pass: opened, checked, their targets read.
struct TrainingData: Sendable {
    let columns: TrainingColumns
    let target: TargetEncoder
    let features: FeatureSchema
    let encodings: FeatureEncodings
    /// Statistics of one feature: one for each of several classes.
    let statisticClassCount: Int
    let table: ShardTable
    /// Without those to learn from.
    let rows: TargetPass.Rows
    let train: TrainingLabels
    /// Rows to validate on that come from objects of their own.
    let validation: (table: ShardTable, rows: TargetPass.Rows)?

    var trainRowCount: Int { train.count }
    var calibrationRowCount: Int { rows.roles.count(.calibration) }
    var droppedRowCount: Int { rows.roles.count(.dropped) }

    /// Labels to validate on, from either source; nil when there are none.
    var validationLabels: TargetPass.Labels? {
        let labels = validation?.rows.train ?? rows.validation
        return labels.labels.isEmpty ? nil : labels
    }

    /// - Parameter initial: the model whose features and classes must be those of the data.
    static func read(
        _ spec: TrainSpec, initial: InitialModel? = nil, context: JobContext
    ) async throws -> TrainingData {
        let table = try await context.openTable(spec.data, filter: spec.filter)
        let validationTable =
            spec.validData.isEmpty
            ? nil : try await context.openTable(spec.validData, filter: spec.filter)
        let columns = try columns(spec, of: table, context: context)
        if let initial { _ = try initial.artifact.features.match(schema: table.schema) }
        let target = try await TargetEncoder(
            for: columns.target, in: table, objective: spec.algorithm, context: context)
        try initial?.check(target)
        let pass = TargetPass(columns: columns, encoder: target, context: context)
        let split = RowSplit(spec, rowCount: table.rowCount)
        var counters: [CategoryCounter]? = try columns.features.filter(\.isCategorical).map {
            try CategoryCounter(field: $0.field)
        }
        // Categories keep the codes that the model knows them by.
        if initial != nil { counters = nil }
        var rows = try await pass.run(
            table, role: split.role,
            counters: &counters)
        let train = TrainingLabels(rows.train)
        rows.train = TargetPass.Labels()
        var validation: (ShardTable, TargetPass.Rows)?
        if let validationTable {
            var none: [CategoryCounter]?
            validation = (
                validationTable,
                try await pass.run(validationTable, role: { _ in .train }, counters: &none)
            )
        }
        let encodings =
            initial?.encodings
            ?? spec.encodings(columns, counters: counters ?? [], target: target)
        let data = TrainingData(
            columns: columns, target: target,
            features: initial.map { FeatureSchema($0.artifact.features.features) }
                ?? featureSchema(
                    columns, counters: counters ?? [], byTarget: encodings.byTarget,
                    context: context),
            encodings: encodings,
            statisticClassCount: spec.algorithm.isMulticlass ? target.classLabels.count : 1,
            table: table, rows: rows, train: train, validation: validation)
        try data.check(spec)
        return data
    }

    /// The columns to learn from; those left out are logged.
    static func columns(
        _ spec: TrainSpec, of table: ShardTable, context: JobContext
    ) throws -> TrainingColumns {
        let columns = try TrainingColumns.choose(spec, from: table)
        if case .trees(var parameters, _) = spec.algorithm {
            // What cannot be done is said before any data is read.
            try spec.constraints.apply(to: &parameters, features: columns.features)
            var binning = BinningParameters()
            try spec.binLimits.apply(to: &binning, features: columns.features)
            try spec.encoding.check(columns.features)
        }
        for (name, reason) in columns.leftOut {
            context.logger.notice(
                "column left out", metadata: ["column": "\(name)", "reason": "\(reason)"])
        }
        return columns
    }

    /// Categories of a feature at most: with the two codes for missing and other they take 255
    /// bins, one byte a row.
    static let categoryCountMax = 253
    /// The same of a feature that is read by its statistics: with missing and other, two bytes a
    /// row while training.
    static let statisticCategoryCountMax = 65_534

    static func featureSchema(
        _ columns: TrainingColumns, counters: [CategoryCounter], byTarget: [Int] = [],
        context: JobContext
    ) -> FeatureSchema {
        var remaining = counters[...]
        return FeatureSchema(
            columns.features.enumerated().map { index, column in
                guard column.isCategorical, let counter = remaining.popFirst() else {
                    return Feature(
                        name: column.field.name, type: column.field.type, encoding: .numeric)
                }
                let isByTarget = byTarget.contains(index)
                let categories = counter.categories(
                    max: isByTarget ? statisticCategoryCountMax : categoryCountMax,
                    minCount: isByTarget ? 2 : 1)
                if counter.distinctCount > categories.count {
                    context.logger.notice(
                        "rare categories joined",
                        metadata: [
                            "column": "\(column.field.name)",
                            "distinct": "\(counter.distinctCount)", "kept": "\(categories.count)",
                        ])
                }
                return Feature(
                    name: column.field.name, type: column.field.type,
                    encoding: .categorical(categories: categories))
            })
    }

    /// - Throws: `dataInvalid` when there is nothing to learn.
    private func check(_ spec: TrainSpec) throws(JobFailure) {
        let place = JobFailure.Place(
            object: spec.data.map(\.description).joined(separator: ", "),
            column: columns.target.name)
        guard table.rowCount > 0 else {
            throw JobFailure(
                .dataInvalid, table.emptinessText, place: place,
                remedy:
                    "Check the query that writes them\(table.filter == nil ? "" : ", and --filter")."
            )
        }
        guard droppedRowCount < table.rowCount else {
            throw JobFailure(
                .dataInvalid, "The target is null in all \(table.rowCount) rows.", place: place,
                remedy: "Check the query, or choose another --target.")
        }
        let labels = train.values.labels
        guard let first = labels.first else {
            throw JobFailure(
                .dataInvalid, "All rows were held out; none is left to learn from.",
                place: place,
                remedy: "Lower --valid-fraction or --calibration-fraction, or give more rows.")
        }
        guard labels.contains(where: { $0 != first }) else {
            throw JobFailure(
                .dataInvalid,
                "The target is \(first) in all \(labels.count) rows: there is nothing to learn.",
                place: place, remedy: "Check the query, or choose another --target.")
        }
        if let weights = train.values.weights, !weights.contains(where: { $0 > 0 }) {
            throw JobFailure(
                .dataInvalid, "All weights are 0.",
                place: .init(object: place.object, column: spec.weight))
        }
        try checkMetrics(spec)
        try checkClasses(spec)
        if spec.validFraction > 0 || validation != nil, validationLabels == nil {
            throw JobFailure(
                .dataInvalid, "No row with a target is left to validate on.", place: place,
                remedy: "Raise --valid-fraction, or give other --valid-data.")
        }
    }
}

extension TrainingData {
    private func checkClasses(_ spec: TrainSpec) throws(JobFailure) {
        let classCount = target.classLabels.count
        if let stated = spec.classCount, stated != classCount {
            throw JobFailure(
                .configInvalid,
                "--num-class is \(stated); the target has \(classCount) classes.",
                place: .init(column: columns.target.name),
                remedy: "Leave --num-class out, or choose another --target.")
        }
        var outputCount = 1
        switch spec.algorithm {
        case .trees(_, .multiclass): outputCount = classCount
        case .trees(_, .quantile(let levels)): outputCount = levels.count
        default: break
        }
        guard spec.initScores.isEmpty || spec.initScores.count == outputCount else {
            throw JobFailure(
                .configInvalid,
                "\(spec.initScores.count) columns of initial scores for \(outputCount) outputs.",
                remedy: "Name \(outputCount) columns with --init-score.")
        }
    }

    /// Refuses metrics that this training cannot give, before it starts rather than at its end.
    /// - Throws: `configInvalid`.
    private func checkMetrics(_ spec: TrainSpec) throws(JobFailure) {
        var rows = EvaluatedRows()
        rows.predictions = [0.5]
        rows.labels = [1]
        rows.parameters = EvaluationParameters(spec)
        let classCount = target.classLabels.count
        if case .trees(_, .multiclass) = spec.algorithm {
            rows.predictions = [Double](repeating: 1 / Double(classCount), count: classCount)
            rows.classCount = classCount
        }
        if spec.query != nil { rows.queries = [0] }
        var metrics = spec.metrics
        if case .trees(_, let objective) = spec.algorithm {
            if metrics.isEmpty { metrics = objective.metrics }
            let levels = objective.quantileLevels
            if !levels.isEmpty {
                rows.setQuantiles([Double](repeating: 0.5, count: levels.count), levels: levels)
            }
        }
        do {
            _ = try rows.values(of: metrics)
        } catch {
            throw JobFailure(converting: error)
        }
    }
}
