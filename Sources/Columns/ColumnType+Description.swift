/// As messages and model files write a type: `int32`, `decimal(9,2)`,
/// `timestamp(microseconds,utc)`, `fixedBinary(12)`.
extension ColumnType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .boolean: "boolean"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float16: "float16"
        case .float: "float"
        case .double: "double"
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        case .date: "date"
        case .time(let unit, let isUTC): "time(\(unit.rawValue),\(isUTC ? "utc" : "local"))"
        case .timestamp(let unit, let isUTC):
            "timestamp(\(unit.rawValue),\(isUTC ? "utc" : "local"))"
        case .string: "string"
        case .binary: "binary"
        case .fixedBinary(let byteCount): "fixedBinary(\(byteCount))"
        case .uuid: "uuid"
        }
    }
}
