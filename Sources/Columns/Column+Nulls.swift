extension Column {
    /// A column without a value, with the carrier of its field's type.
    package static func nulls(_ field: Field, count: Int) -> Column {
        Column(
            field: field, values: ColumnValues.zeros(field.type, count: count),
            validity: Validity(
                words: ColumnBuffer(repeating: 0, count: (count + 63) / 64), rowCount: count,
                nullCount: count))
    }
}

extension ColumnValues {
    /// What the rows without a value hold.
    fileprivate static func zeros(_ type: ColumnType, count: Int) -> ColumnValues {
        switch type {
        case .boolean: .boolean(ColumnBuffer(repeating: 0, count: count))
        case .int8, .int16, .int32, .uint8, .uint16, .uint32, .date, .time(.milliseconds, _):
            .int32(ColumnBuffer(repeating: 0, count: count))
        case .int64, .uint64, .time, .timestamp:
            .int64(ColumnBuffer(repeating: 0, count: count))
        case .float16, .float: .float(ColumnBuffer(repeating: 0, count: count))
        case .double: .double(ColumnBuffer(repeating: 0, count: count))
        case .string, .binary:
            .dictionary(
                codes: ColumnBuffer(repeating: 0, count: count), dictionary: ByteArrays([""]))
        case .decimal(let precision, _) where precision <= 9:
            .int32(ColumnBuffer(repeating: 0, count: count))
        case .decimal(let precision, _) where precision <= 18:
            .int64(ColumnBuffer(repeating: 0, count: count))
        case .decimal, .uuid: fixed(byteCount: 16, count: count)
        case .fixedBinary(let byteCount): fixed(byteCount: byteCount, count: count)
        }
    }

    private static func fixed(byteCount: Int, count: Int) -> ColumnValues {
        .fixed(ColumnBuffer(repeating: 0, count: byteCount * count), byteCount: byteCount)
    }
}
