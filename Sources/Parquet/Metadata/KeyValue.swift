/// A pair of the file's or a column chunk's own metadata. Source: parquet.thrift, `KeyValue`.
package struct KeyValue: Hashable, Sendable {
    package var key: String
    package var value: String?
}
