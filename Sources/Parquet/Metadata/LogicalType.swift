package import Columns

/// What values mean. Source: parquet.thrift, `LogicalType`; LogicalTypes.md.
package enum LogicalType: Hashable, Sendable {
    case string
    case map
    case list
    case `enum`
    case decimal(scale: Int32, precision: Int32)
    case date
    case time(TimeUnit, isAdjustedToUTC: Bool)
    case timestamp(TimeUnit, isAdjustedToUTC: Bool)
    case integer(bitWidth: Int8, isSigned: Bool)
    /// UNKNOWN in the specification: a column of nulls whose type nobody knows.
    case null
    case json
    case bson
    case uuid
    case float16
    case variant
    case geometry
    case geography
    /// A member of the union that this reader does not know, by its field id.
    case unknown(Int16)
}
