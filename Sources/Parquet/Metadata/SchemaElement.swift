/// One node of the schema tree, which a file stores flattened depth first.
/// Source: parquet.thrift, `SchemaElement`.
package struct SchemaElement: Hashable, Sendable {
    package var name: String
    /// nil for groups.
    package var physicalType: PhysicalType?
    /// Bytes of a FIXED_LEN_BYTE_ARRAY value.
    package var typeLength: Int32?
    /// nil for the root.
    package var repetition: Repetition?
    /// Groups only.
    package var childCount: Int32?
    package var convertedType: ConvertedType?
    /// With `ConvertedType.decimal`.
    package var scale: Int32?
    /// With `ConvertedType.decimal`.
    package var precision: Int32?
    package var fieldID: Int32?
    package var logicalType: LogicalType?
}
