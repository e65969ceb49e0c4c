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

/// What values the pages of one column chunk hold. Source: parquet.thrift, `ColumnIndex`.
///
/// All lists have one element for each data page.
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
}

extension OffsetIndex {
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

extension ColumnIndex {
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
