/// Where the pages of one column chunk lie. Source: parquet.thrift, `OffsetIndex`.
package struct OffsetIndex: Hashable, Sendable {
    package struct PageLocation: Hashable, Sendable {
        /// Of the page header, from the first byte of the object.
        package var byteOffset: Int64
        /// Header included.
        package var byteCount: Int32
        /// Within the row group.
        package var firstRowIndex: Int64
    }

    /// Data pages only, in their order.
    package var pageLocations: [PageLocation] = []
}

extension OffsetIndex {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1:
                let count = try reader.readListCount(field, of: .structure)
                // A location takes 7 bytes or more; a count that claims more is not believed.
                pageLocations.reserveCapacity(min(count, reader.bytesLeft / 7))
                for _ in 0..<count { pageLocations.append(try PageLocation(parsing: &reader)) }
            default: try reader.skip(field)
            }
        }
    }

    func serialized() -> [UInt8] {
        CompactProtocolWriter.encode { writer in
            writer.field(1, list: pageLocations, of: .structure) { writer, location in
                writer.structure { writer in
                    writer.field(1, int64: location.byteOffset)
                    writer.field(2, int32: location.byteCount)
                    writer.field(3, int64: location.firstRowIndex)
                }
            }
        }
    }
}

extension OffsetIndex.PageLocation {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(byteOffset: -1, byteCount: -1, firstRowIndex: -1)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: byteOffset = try reader.readInt64(field)
            case 2: byteCount = try reader.readInt32(field)
            case 3: firstRowIndex = try reader.readInt64(field)
            default: try reader.skip(field)
            }
        }
    }
}
