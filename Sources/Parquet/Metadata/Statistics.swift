/// Statistics of a column chunk or a page, as encoded in the file.
/// Source: parquet.thrift, `Statistics`.
package struct Statistics: Hashable, Sendable {
    /// Deprecated: signed comparison whatever the type. PLAIN encoding, without a length.
    package var deprecatedMax: [UInt8]?
    package var deprecatedMin: [UInt8]?
    package var nullCount: Int64?
    package var distinctCount: Int64?
    /// In the column's own order. PLAIN encoding, without a length.
    package var maxValue: [UInt8]?
    package var minValue: [UInt8]?
    /// false when `maxValue` is only an upper bound, as a truncated string is.
    package var isMaxValueExact: Bool?
    package var isMinValueExact: Bool?
    package var nanCount: Int64?
}
