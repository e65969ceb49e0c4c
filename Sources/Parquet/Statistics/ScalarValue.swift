package import Columns

/// One value of a column with its meaning, for statistics and for people to read.
package enum ScalarValue: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case float(Float)
    case double(Double)
    /// `unscaled` / 10^`scale`.
    case decimal(unscaled: Int128, scale: Int)
    /// Days since 1970-01-01.
    case date(Int32)
    case time(Int64, TimeUnit)
    case timestamp(Int64, TimeUnit, isAdjustedToUTC: Bool)
    case text(String)
    case bytes([UInt8])
    /// 16 bytes.
    case uuid([UInt8])
}

extension ScalarValue {
    /// Whether this comes before `other` in the order of the column's type; false if they are of
    /// different kinds, or one is NaN.
    package func isLess(than other: ScalarValue) -> Bool {
        switch (self, other) {
        case (.boolean(let left), .boolean(let right)): !left && right
        case (.integer(let left), .integer(let right)): left < right
        case (.unsigned(let left), .unsigned(let right)): left < right
        case (.float(let left), .float(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.decimal(let left, let leftScale), .decimal(let right, let rightScale)):
            leftScale == rightScale && left < right
        case (.date(let left), .date(let right)): left < right
        case (.time(let left, let leftUnit), .time(let right, let rightUnit)):
            leftUnit == rightUnit && left < right
        case (.timestamp(let left, let leftUnit, _), .timestamp(let right, let rightUnit, _)):
            leftUnit == rightUnit && left < right
        case (.text(let left), .text(let right)):
            // By bytes, as files order strings, not by characters.
            left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.bytes(let left), .bytes(let right)), (.uuid(let left), .uuid(let right)):
            left.lexicographicallyPrecedes(right)
        default: false
        }
    }

    /// Whether both are of one kind, so that one is less, both are equal, or one is NaN.
    package func isComparable(with other: ScalarValue) -> Bool {
        switch (self, other) {
        case (.boolean, .boolean), (.integer, .integer), (.unsigned, .unsigned), (.float, .float),
            (.double, .double), (.date, .date), (.text, .text), (.bytes, .bytes), (.uuid, .uuid):
            true
        case (.decimal(_, let left), .decimal(_, let right)): left == right
        case (.time(_, let left), .time(_, let right)): left == right
        case (.timestamp(_, let left, _), .timestamp(_, let right, _)): left == right
        default: false
        }
    }

    /// Whether both are the same value: zeros are equal whatever their sign, NaN is equal to
    /// nothing, and text has to agree byte by byte, where `==` takes equivalent characters for
    /// equal.
    package func equals(_ other: ScalarValue) -> Bool {
        switch (self, other) {
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.timestamp(let left, let leftUnit, _), .timestamp(let right, let rightUnit, _)):
            left == right && leftUnit == rightUnit
        default: self == other
        }
    }

    var isFloating: Bool {
        switch self {
        case .float, .double: true
        default: false
        }
    }

    /// The value of a row, or nil if it is null.
    package init?(_ column: Column, row: Int) {
        if column.isNull(row) { return nil }
        let type = column.field.type
        switch column.values {
        case .boolean(let buffer): self = .boolean(buffer.elements[row] != 0)
        case .int32(let buffer): self.init(Int64(buffer.elements[row]), type)
        case .int64(let buffer): self.init(buffer.elements[row], type)
        case .float(let buffer): self = .float(buffer.elements[row])
        case .double(let buffer): self = .double(buffer.elements[row])
        case .dictionary(let codes, let dictionary):
            self.init([UInt8](dictionary[Int(codes.elements[row])]), type)
        case .byteArrays(let values): self.init([UInt8](values[row]), type)
        case .fixed(let buffer, let byteCount):
            self.init(
                [UInt8](buffer.elements[(row * byteCount)..<((row + 1) * byteCount)]), type)
        case .coded(let codes, let entries):
            self.init(
                Column(field: column.field, values: entries), row: Int(codes.elements[row]))
        }
    }

    /// An integer as its column's type means it. Unsigned types come sign-extended from their
    /// carrier.
    init(_ value: Int64, _ type: ColumnType) {
        switch type {
        case .uint8, .uint16, .uint32: self = .unsigned(UInt64(UInt32(truncatingIfNeeded: value)))
        case .uint64: self = .unsigned(UInt64(bitPattern: value))
        case .date: self = .date(Int32(truncatingIfNeeded: value))
        case .time(let unit, _): self = .time(value, unit)
        case .timestamp(let unit, let isAdjustedToUTC):
            self = .timestamp(value, unit, isAdjustedToUTC: isAdjustedToUTC)
        case .decimal(_, let scale): self = .decimal(unscaled: Int128(value), scale: scale)
        default: self = .integer(value)
        }
    }

    /// Bytes as their column's type means them.
    init(_ bytes: [UInt8], _ type: ColumnType) {
        switch type {
        case .string: self = .text(String(decoding: bytes, as: UTF8.self))
        case .uuid: self = .uuid(bytes)
        case .decimal(_, let scale):
            self = .decimal(unscaled: Self.unscaled(bytes), scale: scale)
        default: self = .bytes(bytes)
        }
    }

    /// Big-endian two's complement; only the last 16 bytes count.
    private static func unscaled(_ bytes: [UInt8]) -> Int128 {
        let sign: Int128 = (bytes.first ?? 0) >= 0x80 ? -1 : 0
        return bytes.reduce(sign) { ($0 << 8) | Int128($1) }
    }
}
