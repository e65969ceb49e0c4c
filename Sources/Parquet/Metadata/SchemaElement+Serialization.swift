import Columns

extension SchemaElement {
    func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, int32: physicalType?.rawValue)
        writer.field(2, int32: typeLength)
        writer.field(3, int32: repetition?.rawValue)
        writer.field(4, string: name)
        writer.field(5, int32: childCount)
        writer.field(6, int32: convertedType?.rawValue)
        writer.field(7, int32: scale)
        writer.field(8, int32: precision)
        writer.field(9, int32: fieldID)
        if let logicalType { writer.field(10, structure: logicalType.write(to:)) }
    }
}

extension LogicalType {
    /// Writes the one field of the union that is set.
    func write(to writer: inout CompactProtocolWriter) {
        switch self {
        case .decimal(let scale, let precision):
            writer.field(unionField) { writer in
                writer.field(1, int32: scale)
                writer.field(2, int32: precision)
            }
        case .time(let unit, let isAdjustedToUTC), .timestamp(let unit, let isAdjustedToUTC):
            writer.field(unionField) { writer in
                writer.field(1, boolean: isAdjustedToUTC)
                writer.field(2) { writer in
                    writer.field(unit.unionField) { _ in }
                }
            }
        case .integer(let bitWidth, let isSigned):
            writer.field(unionField) { writer in
                writer.field(1, byte: bitWidth)
                writer.field(2, boolean: isSigned)
            }
        case .string, .map, .list, .enum, .date, .null, .json, .bson, .uuid, .float16, .variant,
            .geometry, .geography, .unknown:
            writer.field(unionField) { _ in }
        }
    }

    private var unionField: Int16 {
        switch self {
        case .string: 1
        case .map: 2
        case .list: 3
        case .enum: 4
        case .decimal: 5
        case .date: 6
        case .time: 7
        case .timestamp: 8
        case .integer: 10
        case .null: 11
        case .json: 12
        case .bson: 13
        case .uuid: 14
        case .float16: 15
        case .variant: 16
        case .geometry: 17
        case .geography: 18
        case .unknown(let id): id
        }
    }
}

extension TimeUnit {
    fileprivate var unionField: Int16 {
        switch self {
        case .milliseconds: 1
        case .microseconds: 2
        case .nanoseconds: 3
        }
    }
}
