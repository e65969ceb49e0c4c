/// Some consecutive rows of a table: columns of equal length.
package struct RecordBatch: Sendable {
    package let schema: Schema
    package let columns: [Column]
    package let rowCount: Int

    /// - Precondition: as many columns as fields, each with `rowCount` rows.
    package init(schema: Schema, columns: [Column], rowCount: Int) {
        precondition(columns.count == schema.fields.count)
        precondition(columns.allSatisfy { $0.count == rowCount })
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }

    package subscript(name: String) -> Column? { schema.index(of: name).map { columns[$0] } }
}
