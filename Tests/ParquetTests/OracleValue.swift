import Columns

/// A value in the notation of the expected values: integers in the column's own unit, floating
/// numbers as their bits in hex, byte arrays in hex, decimals as their unscaled integer.
enum OracleValue: Hashable, Decodable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int128)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(Int128(value))
        } else if let value = try? container.decode(UInt64.self) {
            self = .integer(Int128(value))
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    static func values(of column: Column) -> [OracleValue] {
        (0..<column.count).map { row in
            column.isNull(row) ? .null : value(of: column, row: row)
        }
    }

    private static func value(of column: Column, row: Int) -> OracleValue {
        let type = column.field.type
        switch column.values {
        case .boolean(let buffer): return .boolean(buffer.elements[row] == 1)
        case .int32(let buffer):
            return integer(
                Int128(buffer.elements[row]), type,
                unsigned: Int128(UInt32(bitPattern: buffer.elements[row])))
        case .int64(let buffer):
            return integer(
                Int128(buffer.elements[row]), type,
                unsigned: Int128(UInt64(bitPattern: buffer.elements[row])))
        case .float(let buffer):
            let value = buffer.elements[row]
            return type == .float16
                ? .text(hex(UInt64(halfBits(value)), digits: 4))
                : .text(hex(UInt64(value.bitPattern), digits: 8))
        case .double(let buffer):
            return .text(hex(buffer.elements[row].bitPattern, digits: 16))
        case .dictionary(let codes, let dictionary):
            return .text(hex(dictionary[Int(codes.elements[row])]))
        case .byteArrays(let values): return .text(hex(values[row]))
        case .coded(let codes, let entries):
            let entry = Column(field: column.field, values: entries)
            return value(of: entry, row: Int(codes.elements[row]))
        case .fixed(let buffer, let byteCount):
            let bytes = buffer.elements[(row * byteCount)..<((row + 1) * byteCount)]
            guard case .decimal = type else {
                return .text(hex(UnsafeBufferPointer(rebasing: bytes)))
            }
            let unscaled = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            return .text(String(Int128(bitPattern: unscaled)))
        }
    }

    private static func integer(
        _ value: Int128, _ type: ColumnType, unsigned: Int128
    ) -> OracleValue {
        switch type {
        case .uint8, .uint16, .uint32, .uint64: .integer(unsigned)
        case .decimal: .text(String(value))
        default: .integer(value)
        }
    }

    /// NaNs keep their payload, which the processor's own conversion changes.
    private static func halfBits(_ value: Float) -> UInt16 {
        guard value.isNaN else { return Float16(value).bitPattern }
        let bits = value.bitPattern
        return UInt16(bits >> 31) << 15 | 0x7C00 | UInt16(bits >> 13 & 0x3FF)
    }

    private static func hex(_ bits: UInt64, digits: Int) -> String {
        let text = String(bits, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func hex(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
