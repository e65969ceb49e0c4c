/// The written form of a type in messages and model files: `int32`, `decimal(9,2)`,
/// `timestamp(microseconds,utc)`, `fixedBinary(12)`.
extension ColumnType: CustomStringConvertible {
    package var description: String { name }

    package var name: String {
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

    /// The type that `name` writes, or nil.
    package init?(name: String) {
        let parts = name.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            guard let type = Self.plainTypes[name] else { return nil }
            self = type
            return
        }
        guard parts[1].last == ")" else { return nil }
        let arguments = parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false)
        switch (parts[0], arguments.count) {
        case ("decimal", 2):
            guard let precision = Int(arguments[0]), let scale = Int(arguments[1]),
                (1...38).contains(precision), (0...precision).contains(scale)
            else { return nil }
            self = .decimal(precision: precision, scale: scale)
        case ("fixedBinary", 1):
            guard let byteCount = Int(arguments[0]), byteCount >= 0 else { return nil }
            self = .fixedBinary(byteCount: byteCount)
        case ("time", 2), ("timestamp", 2):
            guard let unit = TimeUnit(rawValue: String(arguments[0])),
                arguments[1] == "utc" || arguments[1] == "local"
            else { return nil }
            let isUTC = arguments[1] == "utc"
            self =
                parts[0] == "time"
                ? .time(unit, isAdjustedToUTC: isUTC) : .timestamp(unit, isAdjustedToUTC: isUTC)
        default: return nil
        }
    }

    private static let plainTypes: [String: ColumnType] = Dictionary(
        uniqueKeysWithValues: [
            .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16,
            .float, .double, .date, .string, .binary, .uuid,
        ].map { (type: ColumnType) in (type.name, type) })
}
