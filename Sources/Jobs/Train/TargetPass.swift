import Columns
import Models
import ObjectStores
import Objectives
import Shards

/// The first pass over a table: its target, its weights, and the values of its text columns.
struct TargetPass {
    /// What is known of a table's rows after the pass.
    struct Rows: Sendable {
        var roles = RowRoles()
        /// Labels and weights of the rows of each role, in their order.
        var train = Labels()
        var validation = Labels()
    }

    struct Labels: Sendable {
        var labels: [Float] = []
        /// nil when no weight column is used.
        var weights: [Float]?
        /// (rows × init score columns), row by row; nil without such columns.
        var startScores: [Double]?
        /// The query of each row, numbered from 0 in the order of the rows; nil without queries.
        var queries: [Int32]?
        /// The group of each row, numbered in the order of the table; nil without groups.
        var groups: [Int32]?
        /// The number of each query of the table that these rows have.
        fileprivate var numbers: [Int32: Int32] = [:]

        init() {}

        fileprivate init(_ columns: TrainingColumns) {
            if columns.weight != nil { weights = [] }
            if !columns.initScores.isEmpty { startScores = [] }
            if columns.query != nil { queries = [] }
            if columns.group != nil { groups = [] }
        }

        fileprivate mutating func append(_ label: Float, _ row: Int, of extras: Extras) {
            labels.append(label)
            if let weights = extras.weights { self.weights?.append(Float(weights[row])) }
            for column in extras.startScores { startScores?.append(column[row]) }
            if let groups = extras.groups { self.groups?.append(groups[row]) }
            guard let query = extras.queries?[row] else { return }
            let number = numbers[query] ?? Int32(numbers.count)
            numbers[query] = number
            queries?.append(number)
        }

        /// Labels and weights of a sample of the rows.
        func sampled(_ sample: ReportSample) -> Labels {
            var result = Labels()
            result.labels = sample.pick(labels)
            result.weights = weights.map { sample.pick($0) }
            return result
        }

        /// Some of the rows; their queries are numbered anew.
        func selecting(_ rows: [UInt32]) -> Labels {
            var selected = Labels()
            selected.labels = rows.map { labels[Int($0)] }
            selected.weights = weights.map { weights in rows.map { weights[Int($0)] } }
            selected.queries = queries.map { queries in
                QueryGroups(queryOfRow: queries).selecting(rows).queryOfRow
            }
            return selected
        }
    }

    /// Columns of a batch besides the target.
    fileprivate struct Extras {
        var weights: [Double]?
        var startScores: [[Double]] = []
        var queries: [Int32]?
        var groups: [Int32]?
    }

    let columns: TrainingColumns
    let encoder: TargetEncoder
    let context: JobContext

    /// - Parameters:
    ///   - role: of a row, by its number in the table.
    ///   - counters: one for each categorical column, counted on; nil to count nothing.
    func run(
        _ table: ShardTable, role: (Int) -> RowRoles.Role, counters: inout [CategoryCounter]?
    ) async throws -> Rows {
        let categorical = counters == nil ? [] : columns.features.filter(\.isCategorical)
        let names =
            [columns.target.name]
            + [columns.weight, columns.query, columns.group].compactMap { $0 }
            + columns.initScores + categorical.map(\.field.name)
        let reader = try ShardReader(
            table: table, columns: names, store: context.store, pool: context.pool)
        var rows = Rows()
        rows.roles.reserve(table.rowCount)
        rows.train = Labels(columns)
        rows.validation = Labels(columns)
        var numbering = QueryNumbering()
        var grouping = QueryNumbering(name: "group")
        try await reader.read { batch in
            try context.shutdown.check()
            try append(
                batch, of: table, role: role, numbering: &numbering, grouping: &grouping,
                to: &rows)
            guard var counting = counters else { return }
            counters = nil
            let offset = names.count - categorical.count
            for index in counting.indices {
                try counting[index].add(batch.batch.columns[offset + index])
            }
            counters = counting
            context.progress("reading", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
        }
        return rows
    }

    private func append(
        _ batch: ShardBatch, of table: ShardTable, role: (Int) -> RowRoles.Role,
        numbering: inout QueryNumbering, grouping: inout QueryNumbering, to rows: inout Rows
    ) throws {
        let count = batch.batch.rowCount
        var place = JobFailure.Place(
            object: table.shards[batch.shardIndex].url.description,
            rowGroup: batch.rowGroupIndex, column: columns.target.name)
        let target = try encoder.encode(batch.batch.columns[0], place: place)
        var extras = Extras()
        var next = 1
        if let name = columns.weight {
            place.column = name
            extras.weights = try WeightColumn.values(batch.batch.columns[next], place: place)
            next += 1
        }
        if let name = columns.query {
            place.column = name
            extras.queries = try numbering.number(
                batch.batch.columns[next], firstRow: batch.firstRow, place: place)
            next += 1
        }
        if let name = columns.group {
            place.column = name
            extras.groups = try grouping.number(
                batch.batch.columns[next], firstRow: batch.firstRow, place: place)
            next += 1
        }
        for name in columns.initScores {
            place.column = name
            extras.startScores.append(
                try InitScoreColumn.values(batch.batch.columns[next], place: place))
            next += 1
        }
        for row in 0..<count {
            guard let label = target[row] else {
                rows.roles.append(.dropped)
                continue
            }
            // Rows that are ranked together stay together.
            let decider = extras.queries.map { numbering.firstRows[Int($0[row])] }
            let chosen = role(decider ?? batch.firstRow + row)
            rows.roles.append(chosen)
            switch chosen {
            case .dropped, .calibration: break
            case .train: rows.train.append(label, row, of: extras)
            case .validation: rows.validation.append(label, row, of: extras)
            }
        }
    }
}
