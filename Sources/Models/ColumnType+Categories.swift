package import Columns

extension ColumnType {
    package var isUnsignedInteger: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }

    /// Whether the values can be the categories of a feature: text, and whatever is an integer.
    package var canBeCategorical: Bool {
        switch self {
        case .string, .binary, .boolean, .date, .time, .timestamp: true
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
        case .float16, .float, .double, .decimal, .fixedBinary, .uuid: false
        }
    }
}
