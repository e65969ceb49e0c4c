import Columns
import Models
import ObjectStores
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
            [columns.target.name] + [columns.weight].compactMap { $0 }
            + categorical.map(\.field.name)
        let reader = try ShardReader(
            table: table, columns: names, store: context.store, pool: context.pool)
        var rows = Rows()
        rows.roles.reserve(table.rowCount)
        if columns.weight != nil {
            rows.train.weights = []
            rows.validation.weights = []
        }
        try await reader.read { batch in
            try context.shutdown.check()
            try append(batch, of: table, role: role, to: &rows)
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
        to rows: inout Rows
    ) throws {
        let count = batch.batch.rowCount
        let place = JobFailure.Place(
            object: table.shards[batch.shardIndex].url.description,
            rowGroup: batch.rowGroupIndex, column: columns.target.name)
        let target = try encoder.encode(batch.batch.columns[0], place: place)
        var weights: [Double]?
        if let name = columns.weight {
            var place = place
            place.column = name
            weights = try WeightColumn.values(batch.batch.columns[1], place: place)
        }
        for row in 0..<count {
            guard let label = target[row] else {
                rows.roles.append(.dropped)
                continue
            }
            let chosen = role(batch.firstRow + row)
            rows.roles.append(chosen)
            switch chosen {
            case .dropped, .calibration: break
            case .train:
                rows.train.labels.append(label)
                if let weights { rows.train.weights?.append(Float(weights[row])) }
            case .validation:
                rows.validation.labels.append(label)
                if let weights { rows.validation.weights?.append(Float(weights[row])) }
            }
        }
    }
}
