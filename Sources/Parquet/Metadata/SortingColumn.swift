/// A column by which the rows of a row group are sorted. Source: parquet.thrift, `SortingColumn`.
package struct SortingColumn: Hashable, Sendable {
    /// Position among the leaf columns.
    package var columnIndex: Int32
    package var isDescending: Bool
    package var nullsFirst: Bool
}
