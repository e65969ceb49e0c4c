import Columns

/// Why a column's type cannot be represented.
struct UnreadableType: Error {
    let text: String
}

extension ColumnType {
    /// Most digits of a decimal, as in Trino, Hive and Spark; 16 bytes hold them.
    static let decimalPrecisionMax = 38
    /// FIXED_LEN_BYTE_ARRAY values longer than this are refused: no feature is.
    static let fixedBinaryByteCountMax = 1 << 20

    /// What a column means, from its logical type, or else its converted type.
    ///
    /// An annotation that does not fit the physical type is ignored, as the specification asks of
    /// readers that meet one they do not know. Source: LogicalTypes.md.
    static func resolve(
        _ element: SchemaElement, _ physicalType: PhysicalType
    ) -> Result<ColumnType, UnreadableType> {
        let length = Int(element.typeLength ?? 0)
        if physicalType == .fixedLengthByteArray {
            guard length > 0, length <= fixedBinaryByteCountMax else {
                return .failure(
                    UnreadableType(text: "FIXED_LEN_BYTE_ARRAY of \(length) bytes"))
            }
        }
        if let (precision, scale) = decimal(element) {
            return resolveDecimal(
                precision: precision, scale: scale, physicalType, length: length)
        }
        let annotation = element.logicalType ?? element.convertedType?.logicalType
        if let type = annotated(annotation, physicalType, length: length) { return .success(type) }
        return .success(plain(physicalType, length: length))
    }

    /// The type of a column without annotation.
    private static func plain(_ physicalType: PhysicalType, length: Int) -> ColumnType {
        switch physicalType {
        case .boolean: .boolean
        case .int32: .int32
        case .int64: .int64
        case .int96: .timestamp(.microseconds, isAdjustedToUTC: false)
        case .float: .float
        case .double: .double
        case .byteArray: .binary
        case .fixedLengthByteArray: .fixedBinary(byteCount: length)
        }
    }

    /// nil if the annotation says nothing about this physical type.
    private static func annotated(
        _ annotation: LogicalType?, _ physicalType: PhysicalType, length: Int
    ) -> ColumnType? {
        switch (physicalType, annotation) {
        case (.byteArray, .string), (.byteArray, .enum), (.byteArray, .json): .string
        case (.int32, .date): .date
        case (.int32, .time(.milliseconds, let isAdjustedToUTC)):
            .time(.milliseconds, isAdjustedToUTC: isAdjustedToUTC)
        case (.int64, .time(let unit, let isAdjustedToUTC)) where unit != .milliseconds:
            .time(unit, isAdjustedToUTC: isAdjustedToUTC)
        case (.int64, .timestamp(let unit, let isAdjustedToUTC)):
            .timestamp(unit, isAdjustedToUTC: isAdjustedToUTC)
        case (.int32, .integer(8, let isSigned)): isSigned ? .int8 : .uint8
        case (.int32, .integer(16, let isSigned)): isSigned ? .int16 : .uint16
        case (.int32, .integer(32, let isSigned)): isSigned ? .int32 : .uint32
        case (.int64, .integer(64, let isSigned)): isSigned ? .int64 : .uint64
        case (.fixedLengthByteArray, .uuid) where length == 16: .uuid
        case (.fixedLengthByteArray, .float16) where length == 2: .float16
        default: nil
        }
    }

    private static func decimal(_ element: SchemaElement) -> (precision: Int, scale: Int)? {
        if case .decimal(let scale, let precision) = element.logicalType {
            return (Int(precision), Int(scale))
        }
        if element.logicalType == nil, element.convertedType == .decimal {
            return (Int(element.precision ?? 0), Int(element.scale ?? 0))
        }
        return nil
    }

    private static func resolveDecimal(
        precision: Int, scale: Int, _ physicalType: PhysicalType, length: Int
    ) -> Result<ColumnType, UnreadableType> {
        let digitsMax =
            switch physicalType {
            case .int32: 9
            case .int64: 18
            case .byteArray, .fixedLengthByteArray: decimalPrecisionMax
            default: 0
            }
        guard precision >= 1, precision <= digitsMax, scale >= 0, scale <= precision else {
            return .failure(
                UnreadableType(
                    text: "DECIMAL(\(precision), \(scale)) in \(physicalType.name)"))
        }
        return .success(.decimal(precision: precision, scale: scale))
    }
}

extension ConvertedType {
    /// The logical type that says the same; nil for groups, DECIMAL (which needs more than its
    /// name) and INTERVAL (which has no logical type). Source: LogicalTypes.md, "Compatibility".
    var logicalType: LogicalType? {
        switch self {
        case .utf8: .string
        case .map, .mapKeyValue: .map
        case .list: .list
        case .enum: .enum
        case .decimal, .interval: nil
        case .date: .date
        case .timeMillis: .time(.milliseconds, isAdjustedToUTC: true)
        case .timeMicros: .time(.microseconds, isAdjustedToUTC: true)
        case .timestampMillis: .timestamp(.milliseconds, isAdjustedToUTC: true)
        case .timestampMicros: .timestamp(.microseconds, isAdjustedToUTC: true)
        case .uint8: .integer(bitWidth: 8, isSigned: false)
        case .uint16: .integer(bitWidth: 16, isSigned: false)
        case .uint32: .integer(bitWidth: 32, isSigned: false)
        case .uint64: .integer(bitWidth: 64, isSigned: false)
        case .int8: .integer(bitWidth: 8, isSigned: true)
        case .int16: .integer(bitWidth: 16, isSigned: true)
        case .int32: .integer(bitWidth: 32, isSigned: true)
        case .int64: .integer(bitWidth: 64, isSigned: true)
        case .json: .json
        case .bson: .bson
        }
    }
}
