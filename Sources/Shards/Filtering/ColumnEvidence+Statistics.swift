import Columns
import Filters
import Parquet

extension ColumnEvidence {
    /// What statistics say of a column's values.
    /// - Parameters:
    ///   - rowCount: the rows that the statistics speak of. A count of nulls that cannot be is not
    ///     believed.
    ///   - type: the column's type in the table, which may be wider than in the file.
    init(
        _ statistics: ColumnStatistics, of leaf: LeafColumn, rowCount: Int, as type: ColumnType
    ) {
        self.init()
        let nullCount = statistics.nullCount.flatMap { (0...rowCount).contains($0) ? $0 : nil }
        mayBeNull = leaf.definitionLevelMax > 0 && nullCount != 0
        mayBeValue = nullCount != rowCount
        mayBeNaN = leaf.isFloating && mayBeValue && statistics.nanCount != 0
        if let min = statistics.min, let max = statistics.max {
            bounds = ValueBounds(min, max, as: type)
        }
    }
}

extension LeafColumn {
    fileprivate var isFloating: Bool {
        switch field.type {
        case .float16, .float, .double: true
        default: false
        }
    }
}

extension ValueBounds {
    /// nil for values of two kinds, or in the wrong order.
    fileprivate init?(_ min: ScalarValue, _ max: ScalarValue, as type: ColumnType) {
        guard let low = FilterPoint(min), let high = FilterPoint(max) else { return nil }
        switch (low, high) {
        case (.integer(let low), .integer(let high)) where low <= high:
            switch type {
            // Shards with whole numbers beside shards with doubles; 32 bits are exact.
            case .float16, .float, .double: self = .numbers(Double(low)...Double(high))
            default: self = .integers(low...high)
            }
        case (.number(let low), .number(let high)) where low <= high: self = .numbers(low...high)
        case (.text(let low), .text(let high)) where !high.lexicographicallyPrecedes(low):
            self = .texts(first: low, last: high)
        default: return nil
        }
    }
}

extension FilterPoint {
    fileprivate init?(_ value: ScalarValue) {
        switch value {
        case .boolean(let flag): self = .integer(flag ? 1 : 0)
        case .integer(let number): self = .integer(Int128(number))
        case .unsigned(let number): self = .integer(Int128(number))
        case .decimal(let unscaled, _): self = .integer(unscaled)
        case .date(let days): self = .integer(Int128(days))
        case .time(let ticks, _), .timestamp(let ticks, _, _): self = .integer(Int128(ticks))
        case .float(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .text(let text): self = .text(Array(text.utf8))
        case .bytes(let bytes), .uuid(let bytes): self = .text(bytes)
        }
    }

    /// The value as a column of `type` has it; nil if no row of such a column can equal it.
    func scalar(of type: ColumnType) -> ScalarValue? {
        switch (self, type) {
        case (.integer(let number), .boolean): .boolean(number != 0)
        case (.integer(let number), .int8): Int8(exactly: number).map { .integer(Int64($0)) }
        case (.integer(let number), .int16): Int16(exactly: number).map { .integer(Int64($0)) }
        case (.integer(let number), .int32): Int32(exactly: number).map { .integer(Int64($0)) }
        case (.integer(let number), .int64): Int64(exactly: number).map { .integer($0) }
        case (.integer(let number), .uint8): UInt8(exactly: number).map { .unsigned(UInt64($0)) }
        case (.integer(let number), .uint16): UInt16(exactly: number).map { .unsigned(UInt64($0)) }
        case (.integer(let number), .uint32): UInt32(exactly: number).map { .unsigned(UInt64($0)) }
        case (.integer(let number), .uint64): UInt64(exactly: number).map { .unsigned($0) }
        case (.integer(let number), .decimal(_, let scale)):
            .decimal(unscaled: number, scale: scale)
        case (.integer(let number), .date): Int32(exactly: number).map { .date($0) }
        case (.integer(let number), .time(let unit, _)):
            Int64(exactly: number).map { .time($0, unit) }
        case (.integer(let number), .timestamp(let unit, let isUTC)):
            Int64(exactly: number).map { .timestamp($0, unit, isAdjustedToUTC: isUTC) }
        case (.number(let number), .double): .double(number)
        case (.number(let number), .float), (.number(let number), .float16):
            Double(Float(number)) == number ? .float(Float(number)) : nil
        // The table has doubles, this shard whole numbers.
        case (.number(let number), _):
            Int128(exactly: number).flatMap { FilterPoint.integer($0).scalar(of: type) }
        case (.text(let bytes), .string): .text(String(decoding: bytes, as: UTF8.self))
        case (.text(let bytes), .uuid): .uuid(bytes)
        case (.text(let bytes), _): .bytes(bytes)
        default: nil
        }
    }
}
