/// One column of a batch: typed values, dense, with a bitmap of nulls.
///
/// Null rows have a slot too; what it holds is unspecified but initialised, and dictionary codes
/// of null rows are 0 or -1.
package struct Column: Sendable {
    package let field: Field
    package let values: ColumnValues
    /// nil when no row is null.
    package let validity: Validity?

    /// - Precondition: the carrier fits the field's type (see `ColumnValues`).
    package init(field: Field, values: ColumnValues, validity: Validity? = nil) {
        precondition(validity.map { $0.rowCount == values.count } ?? true)
        self.field = field
        self.values = values
        self.validity = validity
    }

    package var count: Int { values.count }
    package var nullCount: Int { validity?.nullCount ?? 0 }

    package func isNull(_ row: Int) -> Bool { validity.map { !$0.isValid(row) } ?? false }
}

/// The memory of a column's values, by carrier.
///
/// | carrier | types |
/// |---|---|
/// | `boolean` | boolean, one byte a value, 0 or 1 |
/// | `int32` | int8...int32, uint8...uint32 (bit pattern), date, time in ms, decimal to 9 digits |
/// | `int64` | int64, uint64 (bit pattern), time and timestamp, decimal to 18 digits |
/// | `float`, `double` | float (and float16, widened), double |
/// | `dictionary` | string, binary: codes into a dictionary of distinct values |
/// | `byteArrays` | string, binary where no dictionary was made |
/// | `fixed` | fixedBinary, uuid, decimal past 18 digits (big-endian two's complement) |
/// | `coded` | what `int32`, `int64`, `float`, `double` hold, from readers that were asked for codes |
package enum ColumnValues: Sendable {
    case boolean(ColumnBuffer<UInt8>)
    case int32(ColumnBuffer<Int32>)
    case int64(ColumnBuffer<Int64>)
    case float(ColumnBuffer<Float>)
    case double(ColumnBuffer<Double>)
    case dictionary(codes: ColumnBuffer<Int32>, dictionary: ByteArrays)
    case byteArrays(ByteArrays)
    case fixed(ColumnBuffer<UInt8>, byteCount: Int)
    /// Codes into the distinct values of the column, which need not all occur. Null rows have code
    /// 0, and entry 0 is theirs alone: a value of zero bits.
    indirect case coded(codes: ColumnBuffer<UInt16>, entries: ColumnValues)

    /// Rows, nulls included.
    package var count: Int {
        switch self {
        case .boolean(let buffer): buffer.count
        case .int32(let buffer): buffer.count
        case .int64(let buffer): buffer.count
        case .float(let buffer): buffer.count
        case .double(let buffer): buffer.count
        case .dictionary(let codes, _): codes.count
        case .byteArrays(let values): values.count
        case .fixed(let buffer, let byteCount): byteCount == 0 ? 0 : buffer.count / byteCount
        case .coded(let codes, _): codes.count
        }
    }
}
