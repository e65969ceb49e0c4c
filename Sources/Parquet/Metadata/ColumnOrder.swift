/// The order behind a column's min and max. Source: parquet.thrift, `ColumnOrder`.
package enum ColumnOrder: Hashable, Sendable {
    case typeDefined
    case ieee754Total
    case unknown(Int16)
}
