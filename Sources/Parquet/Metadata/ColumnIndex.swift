/// What values the pages of one column chunk hold. Source: parquet.thrift, `ColumnIndex`.
///
/// The lists have one element for each data page; counts are empty where the writer left them out.
package struct ColumnIndex: Hashable, Sendable {
    package enum BoundaryOrder: Int32, Hashable, Sendable {
        case unordered = 0
        case ascending = 1
        case descending = 2
    }

    /// Whether a page holds nulls only; its bounds are then empty.
    package var nullPages: [Bool] = []
    package var minValues: [[UInt8]] = []
    package var maxValues: [[UInt8]] = []
    package var boundaryOrder: BoundaryOrder = .unordered
    package var nullCounts: [Int64] = []
    package var nanCounts: [Int64] = []
}

extension ColumnIndex {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: nullPages = try reader.readBooleans(field)
            case 2: minValues = try reader.readByteArrays(field)
            case 3: maxValues = try reader.readByteArrays(field)
            case 4:
                boundaryOrder = BoundaryOrder(rawValue: try reader.readInt32(field)) ?? .unordered
            case 5: nullCounts = try reader.readInt64s(field)
            case 8: nanCounts = try reader.readInt64s(field)
            default: try reader.skip(field)
            }
        }
    }

    func serialized() -> [UInt8] {
        CompactProtocolWriter.encode { writer in
            writer.field(1, list: nullPages, of: .booleanTrue) { $0.boolean($1) }
            writer.field(2, list: minValues, of: .binary) { $0.binary($1) }
            writer.field(3, list: maxValues, of: .binary) { $0.binary($1) }
            writer.field(4, int32: boundaryOrder.rawValue)
            writer.field(5, list: nullCounts, of: .int64) { $0.int64($1) }
        }
    }
}
