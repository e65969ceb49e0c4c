import Columns

/// How the values of a column compare, which its type decides.
///
/// Source: parquet-format, LogicalTypes.md, and parquet.thrift, `ColumnOrder`.
enum ValueOrder {
    case boolean
    case int32, uint32, int64, uint64
    case float16, float, double
    /// Bytes as unsigned numbers, a prefix before what is longer.
    case bytes
    /// Big-endian two's complement of equal lengths.
    case bigEndianSigned

    init(_ type: ColumnType) {
        switch type {
        case .boolean: self = .boolean
        case .int8, .int16, .int32, .date, .time(.milliseconds, _): self = .int32
        case .uint8, .uint16, .uint32: self = .uint32
        case .int64, .time, .timestamp: self = .int64
        case .uint64: self = .uint64
        case .float16: self = .float16
        case .float: self = .float
        case .double: self = .double
        case .decimal(let precision, _):
            self = precision <= 9 ? .int32 : precision <= 18 ? .int64 : .bigEndianSigned
        case .string, .binary, .fixedBinary, .uuid: self = .bytes
        }
    }

    /// Whether the PLAIN value `a` stands before `b`.
    func areInIncreasingOrder(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        switch self {
        case .boolean, .bytes: a.lexicographicallyPrecedes(b)
        case .int32: Int32(truncatingIfNeeded: word(a)) < Int32(truncatingIfNeeded: word(b))
        case .uint32, .uint64: word(a) < word(b)
        case .int64: Int64(bitPattern: word(a)) < Int64(bitPattern: word(b))
        case .float16:
            Float16(bitPattern: UInt16(truncatingIfNeeded: word(a)))
                < Float16(bitPattern: UInt16(truncatingIfNeeded: word(b)))
        case .float:
            Float(bitPattern: UInt32(truncatingIfNeeded: word(a)))
                < Float(bitPattern: UInt32(truncatingIfNeeded: word(b)))
        case .double: Double(bitPattern: word(a)) < Double(bitPattern: word(b))
        case .bigEndianSigned: Self.precedesSigned(a, b)
        }
    }

    /// Up to 8 little-endian bytes.
    private func word(_ bytes: [UInt8]) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func precedesSigned(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard let first = a.first, let other = b.first else { return a.count < b.count }
        if first != other { return Int8(bitPattern: first) < Int8(bitPattern: other) }
        return a.lexicographicallyPrecedes(b)
    }
}
