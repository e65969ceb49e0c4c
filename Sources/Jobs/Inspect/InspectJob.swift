import Columns
import Models
import ObjectStores
import Shards
import Threads

/// `inspect`: what a Parquet file, a folder of shards or a model holds.
package struct InspectJob: Sendable {
    package let spec: InspectSpec
    package let context: JobContext

    package init(spec: InspectSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> any JobResult {
        if let model = try await modelObject() {
            return ModelInspection(
                try await ModelStore.load(model, from: context.store), object: model)
        }
        let table = try await context.openTable([spec.url], filter: spec.filter)
        if let rowCount = spec.rowCount {
            return try await RowListing.read(table, rowCount: rowCount, context: context)
        }
        var inspection = TableInspection(table)
        if spec.printsChecksums {
            inspection.add(try await checksums(of: table))
        }
        return inspection
    }

    /// The model that the URL means: a folder that holds one, or an object that begins like one.
    private func modelObject() async throws -> ObjectSummary? {
        if let object = try await context.store.summary(
            of: spec.url.appending(ModelStore.fileName))
        {
            return object
        }
        guard let object = try await context.store.summary(of: spec.url) else { return nil }
        return try await ModelStore.isModel(object, in: context.store) ? object : nil
    }

    private func checksums(of table: ShardTable) async throws -> [String: ColumnChecksum] {
        var sums = [ColumnChecksum](
            repeating: ColumnChecksum(), count: table.schema.fields.count)
        let reader = try ShardReader(
            table: table, columns: table.schema.fields.map(\.name), store: context.store,
            pool: context.pool)
        let pool = context.pool
        try await reader.read { batch in
            try context.shutdown.check()
            let columns = batch.batch.columns
            sums = try await pool.perform { [sums] in
                pool.map(count: columns.count) { index, _ in
                    var sum = sums[index]
                    sum.add(columns[index])
                    return sum
                }
            }
        }
        return Dictionary(
            zip(table.schema.fields.map(\.name), sums), uniquingKeysWith: { first, _ in first })
    }
}
