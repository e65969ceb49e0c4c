@testable import Parquet

// The reader does not use page indexes yet; the tests of the writer read them.

extension OffsetIndex {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            guard field.id == 1 else { throw reader.outOfSpec("field \(field.id)") }
            for _ in 0..<(try reader.readListCount(field, of: .structure)) {
                var location = PageLocation(byteOffset: 0, byteCount: 0, firstRowIndex: 0)
                var previousID: Int16 = 0
                while let field = try reader.nextField(after: &previousID) {
                    switch field.id {
                    case 1: location.byteOffset = try reader.readInt64(field)
                    case 2: location.byteCount = try reader.readInt32(field)
                    case 3: location.firstRowIndex = try reader.readInt64(field)
                    default: throw reader.outOfSpec("field \(field.id)")
                    }
                }
                pageLocations.append(location)
            }
        }
    }
}

extension ColumnIndex {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1:
                for _ in 0..<(try reader.readListCount(field, of: .booleanTrue)) {
                    nullPages.append(try reader.readInt8(.element(.byte)) == 1)
                }
            case 2:
                for _ in 0..<(try reader.readListCount(field, of: .binary)) {
                    minValues.append(try reader.readBytes(.element(.binary)))
                }
            case 3:
                for _ in 0..<(try reader.readListCount(field, of: .binary)) {
                    maxValues.append(try reader.readBytes(.element(.binary)))
                }
            case 4:
                boundaryOrder =
                    BoundaryOrder(rawValue: try reader.readInt32(field)) ?? .unordered
            case 5:
                for _ in 0..<(try reader.readListCount(field, of: .int64)) {
                    nullCounts.append(try reader.readInt64(.element(.int64)))
                }
            default: throw reader.outOfSpec("field \(field.id)")
            }
        }
    }
}

extension CompactProtocolReader.FieldHeader {
    /// An element of a list reads as a field of its type does.
    fileprivate static func element(_ type: WireType) -> Self {
        Self(id: 0, type: type)
    }
}
