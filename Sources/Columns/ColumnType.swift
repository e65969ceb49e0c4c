/// What the values of a column mean, independent of how a file stores them.
///
/// The names follow the Parquet specification (LogicalTypes.md).
package enum ColumnType: Hashable, Sendable {
    case boolean
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float16, float, double
    /// `precision` in `1...38`, `scale` in `0...precision`.
    case decimal(precision: Int, scale: Int)
    /// Days since 1970-01-01.
    case date
    case time(TimeUnit, isAdjustedToUTC: Bool)
    case timestamp(TimeUnit, isAdjustedToUTC: Bool)
    /// STRING; also ENUM and JSON, which are UTF-8 text.
    case string
    /// Bytes without a meaning of their own; also BSON.
    case binary
    /// Exactly `byteCount` bytes a value.
    case fixedBinary(byteCount: Int)
    case uuid
}

/// The unit of a TIME or TIMESTAMP.
package enum TimeUnit: String, Hashable, Sendable {
    case milliseconds, microseconds, nanoseconds

    /// Units in a second.
    package var perSecond: Int64 {
        switch self {
        case .milliseconds: 1_000
        case .microseconds: 1_000_000
        case .nanoseconds: 1_000_000_000
        }
    }
}

extension ColumnType {
    /// Whether the value is a number, or is ordered like one (dates, times, decimals, booleans).
    package var isNumeric: Bool {
        switch self {
        case .string, .binary, .fixedBinary, .uuid: false
        default: true
        }
    }
}
