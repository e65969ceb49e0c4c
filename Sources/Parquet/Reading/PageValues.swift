/// The encoded values of a data page, with the rows they belong to.
struct PageValues {
    let bytes: PaddedBytes
    let encoding: Encoding
    /// Row of the chunk.
    let firstRow: Int
    let rowCount: Int
    /// Rows that are not null: how many values `bytes` holds.
    let validCount: Int
    /// The chunk's bitmap of nulls up to the end of this page; nil while no row was null.
    let validity: UnsafePointer<UInt64>?

    var hasNulls: Bool { validCount < rowCount }
}
