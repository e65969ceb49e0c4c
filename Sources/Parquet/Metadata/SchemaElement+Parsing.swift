import Columns

extension SchemaElement {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(name: "")
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: physicalType = try PhysicalType(parsing: &reader, field)
            case 2: typeLength = try reader.readInt32(field)
            case 3:
                let rawValue = try reader.readInt32OrBool(field)
                guard let value = Repetition(rawValue: rawValue) else {
                    throw reader.outOfSpec("unknown repetition \(rawValue).")
                }
                repetition = value
            case 4: name = try reader.readString(field)
            case 5: childCount = try reader.readInt32(field)
            case 6: convertedType = ConvertedType(rawValue: try reader.readInt32(field))
            case 7: scale = try reader.readInt32(field)
            case 8: precision = try reader.readInt32(field)
            case 9: fieldID = try reader.readInt32(field)
            case 10:
                try reader.expectStructure(field)
                logicalType = try LogicalType(parsing: &reader)
            default: try reader.skip(field)
            }
        }
    }
}

extension PhysicalType {
    init(
        parsing reader: inout CompactProtocolReader, _ field: CompactProtocolReader.FieldHeader
    ) throws(ParquetError) {
        let rawValue = try reader.readInt32(field)
        guard let value = PhysicalType(rawValue: rawValue) else {
            throw reader.outOfSpec("unknown physical type \(rawValue).")
        }
        self = value
    }
}

extension LogicalType {
    /// The members of the union that carry nothing, by field id.
    private static let plainMembers: [Int16: LogicalType] = [
        1: .string, 2: .map, 3: .list, 4: .enum, 6: .date, 11: .null, 12: .json, 13: .bson,
        14: .uuid, 15: .float16, 16: .variant, 17: .geometry, 18: .geography,
    ]

    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self = .unknown(0)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 5, 7, 8, 10:
                try reader.expectStructure(field)
                self = try Self.parameterized(parsing: &reader, memberID: field.id)
            default:
                self = Self.plainMembers[field.id] ?? .unknown(field.id)
                try reader.skip(field)
            }
        }
    }

    private static func parameterized(
        parsing reader: inout CompactProtocolReader, memberID: Int16
    ) throws(ParquetError) -> LogicalType {
        var scale: Int32 = 0
        var precision: Int32 = 0
        var isAdjustedToUTC = false
        var unit: TimeUnit?
        var bitWidth: Int8 = 0
        var isSigned = true
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch (memberID, field.id) {
            case (5, 1): scale = try reader.readInt32(field)
            case (5, 2): precision = try reader.readInt32(field)
            case (7, 1), (8, 1): isAdjustedToUTC = try reader.readBool(field)
            case (7, 2), (8, 2):
                try reader.expectStructure(field)
                unit = try TimeUnit(parsing: &reader)
            case (10, 1): bitWidth = try reader.readInt8(field)
            case (10, 2): isSigned = try reader.readBool(field)
            default: try reader.skip(field)
            }
        }
        switch memberID {
        case 5: return .decimal(scale: scale, precision: precision)
        case 7: return unit.map { .time($0, isAdjustedToUTC: isAdjustedToUTC) } ?? .unknown(7)
        case 8:
            return unit.map { .timestamp($0, isAdjustedToUTC: isAdjustedToUTC) } ?? .unknown(8)
        default: return .integer(bitWidth: bitWidth, isSigned: isSigned)
        }
    }
}

extension TimeUnit {
    /// nil for a unit that is not known.
    fileprivate init?(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        var unit: TimeUnit?
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: unit = .milliseconds
            case 2: unit = .microseconds
            case 3: unit = .nanoseconds
            default: unit = nil
            }
            try reader.skip(field)
        }
        guard let unit else { return nil }
        self = unit
    }
}
