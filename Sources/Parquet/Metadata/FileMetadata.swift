/// The footer of a file. Source: parquet.thrift, `FileMetaData`.
package struct FileMetadata: Hashable, Sendable {
    package var version: Int32 = 2
    /// The schema tree, flattened depth first; the first element is the root.
    package var schema: [SchemaElement] = []
    package var rowCount: Int64 = 0
    package var rowGroups: [RowGroupMetadata] = []
    package var keyValueMetadata: [KeyValue] = []
    package var createdBy: String?
    /// One for each leaf of the schema, or empty.
    package var columnOrders: [ColumnOrder] = []
    /// Set when some columns of a file with a plain footer are encrypted.
    package var isEncrypted: Bool = false
}
