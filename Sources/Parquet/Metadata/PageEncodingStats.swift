/// How many pages of a chunk have one type and encoding.
/// Source: parquet.thrift, `PageEncodingStats`.
package struct PageEncodingStats: Hashable, Sendable {
    package var pageType: Int32
    package var encoding: Encoding
    package var pageCount: Int32
}
