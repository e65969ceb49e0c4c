import Columns

/// What a file says about the values of a column; nil where it says nothing usable.
package struct ColumnStatistics: Hashable, Sendable {
    package var nullCount: Int?
    package var nanCount: Int?
    /// A lower bound of the values; a value of the column only if `isMinExact`.
    ///
    /// NaNs are not considered, and zero may stand for either sign.
    package var min: ScalarValue?
    package var max: ScalarValue?
    package var isMinExact: Bool = true
    package var isMaxExact: Bool = true
}

extension ColumnStatistics {
    /// The statistics of one chunk.
    package init(_ chunk: ColumnChunkMetadata, column: LeafColumn) {
        guard let statistics = chunk.statistics else { return }
        // Of a list they count the nulls of all positions.
        if column.list == nil {
            nullCount = statistics.nullCount.flatMap { $0 >= 0 ? Int($0) : nil }
        }
        nanCount = statistics.nanCount.flatMap { $0 >= 0 ? Int($0) : nil }
        var bounds = (statistics.minValue, statistics.maxValue)
        var order = column.order
        if bounds.0 == nil && bounds.1 == nil {
            // The deprecated bounds never say in which order they are.
            bounds = (statistics.deprecatedMin, statistics.deprecatedMax)
            order = nil
        }
        setBounds(bounds, order: order, column: column)
        // Bounds of fixed width are not cut; of others a file has to say that they are exact.
        let isExact = column.physicalType != .byteArray
        isMinExact = isMinExact && statistics.isMinValueExact ?? isExact
        isMaxExact = isMaxExact && statistics.isMaxValueExact ?? isExact
    }

    /// The statistics of one page.
    /// - Precondition: the index has such a page; `PageIndex` has checked its lists.
    init(_ index: ColumnIndex, page: Int, column: LeafColumn) {
        nullCount =
            index.nullCounts.isEmpty || index.nullCounts[page] < 0
            ? nil : Int(index.nullCounts[page])
        nanCount =
            index.nanCounts.isEmpty || index.nanCounts[page] < 0
            ? nil : Int(index.nanCounts[page])
        // The bounds of a page of nulls are empty, which for strings would be a value.
        guard !index.nullPages[page] else { return }
        setBounds(
            (index.minValues[page], index.maxValues[page]), order: column.order, column: column)
        isMinExact = isMinExact && column.physicalType != .byteArray
        isMaxExact = isMaxExact && column.physicalType != .byteArray
    }

    private mutating func setBounds(
        _ bounds: (min: [UInt8]?, max: [UInt8]?), order: ColumnOrder?, column: LeafColumn
    ) {
        guard column.isOrdered(by: order) else { return }
        // Writers that let NaN into one bound compared with it: the other is no better.
        if column.isNaN(plain: bounds.min) || column.isNaN(plain: bounds.max) { return }
        if column.field.type == .string {
            min = bounds.min.map(Self.lowerBound)
            isMinExact = bounds.min.map(Self.isText) ?? true
            max = bounds.max.flatMap {
                Self.isText($0) ? .text(String(decoding: $0, as: UTF8.self)) : nil
            }
            return
        }
        min = bounds.min.flatMap { column.scalar(plain: $0) }
        max = bounds.max.flatMap { column.scalar(plain: $0) }
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// A smallest string, which may have been cut within a character: then up to there.
    private static func lowerBound(_ bytes: [UInt8]) -> ScalarValue {
        var count = bytes.count
        // A character has at most 4 bytes. What is broken further before is no lower bound as
        // text, but an empty string is.
        while count > 0, count > bytes.count - 4, !isText(Array(bytes.prefix(count))) { count -= 1 }
        let prefix = Array(bytes.prefix(count))
        return .text(isText(prefix) ? String(decoding: prefix, as: UTF8.self) : "")
    }

    /// Bounds of the values of both parts; nil where one part has none. Nulls are not added up.
    package func mergingBounds(_ other: ColumnStatistics) -> ColumnStatistics {
        var merged = ColumnStatistics()
        if let left = min, let right = other.min {
            let takesOther = right.isLess(than: left)
            merged.min = takesOther ? right : left
            merged.isMinExact = takesOther ? other.isMinExact : isMinExact
        }
        if let left = max, let right = other.max {
            let takesOther = left.isLess(than: right)
            merged.max = takesOther ? right : left
            merged.isMaxExact = takesOther ? other.isMaxExact : isMaxExact
        }
        return merged
    }
}

extension FileMetadata {
    /// The statistics of a column over all row groups.
    /// - Precondition: `column` is from `leafColumns()` of the same metadata.
    package func statistics(of column: LeafColumn) -> ColumnStatistics {
        var bounds: ColumnStatistics?
        var nullCount: Int? = 0
        for rowGroup in rowGroups {
            let part = ColumnStatistics(rowGroup.columns[column.columnIndex], column: column)
            if let sofar = nullCount, let added = part.nullCount {
                let (sum, overflow) = sofar.addingReportingOverflow(added)
                nullCount = overflow ? nil : sum
            } else {
                nullCount = nil
            }
            // A part of nulls has no bounds, and does not take away those of the others.
            if part.nullCount == Int(rowGroup.rowCount) { continue }
            bounds = bounds?.mergingBounds(part) ?? part
        }
        var result = bounds ?? ColumnStatistics()
        result.nullCount = nullCount
        return result
    }
}

extension LeafColumn {
    /// Whether bounds in `order` bound the values in the order of their type.
    ///
    /// Without an order, and for the deprecated bounds, writers compared as signed numbers.
    /// Source: parquet.thrift, `ColumnOrder` and `Statistics`.
    fileprivate func isOrdered(by order: ColumnOrder?) -> Bool {
        switch order {
        case .typeDefined: return physicalType != .int96
        case .ieee754Total: return isFloating
        case .unknown: return false
        case nil: break
        }
        switch (physicalType, field.type) {
        case (_, .uint8), (_, .uint16), (_, .uint32), (_, .uint64): return false
        case (.boolean, _), (.int32, _), (.int64, _), (.float, _), (.double, _): return true
        case (.int96, _), (.byteArray, _), (.fixedLengthByteArray, _): return false
        }
    }

    private var isFloating: Bool {
        switch field.type {
        case .float16, .float, .double: true
        default: false
        }
    }

    fileprivate func isNaN(plain bytes: [UInt8]?) -> Bool {
        guard let bytes, isFloating else { return false }
        return Self.littleEndian(bytes, byteCount: bytes.count).map { bits in
            switch bytes.count {
            case 2: bits & 0x7FFF > 0x7C00
            case 4: Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN
            case 8: Double(bitPattern: bits).isNaN
            default: true
            }
        } ?? true
    }

    /// A value in PLAIN encoding, without length; nil if the bytes are not one, if it is NaN, or
    /// if it is an INT96, which has no order that files agree on.
    fileprivate func scalar(plain bytes: [UInt8]) -> ScalarValue? {
        switch physicalType {
        case .boolean: return bytes.count == 1 ? .boolean(bytes[0] != 0) : nil
        case .int32:
            return Self.littleEndian(bytes, byteCount: 4).map {
                ScalarValue(Int64(Int32(truncatingIfNeeded: $0)), field.type)
            }
        case .int64:
            return Self.littleEndian(bytes, byteCount: 8).map {
                ScalarValue(Int64(bitPattern: $0), field.type)
            }
        case .float:
            return Self.littleEndian(bytes, byteCount: 4).flatMap {
                let value = Float(bitPattern: UInt32(truncatingIfNeeded: $0))
                return value.isNaN ? nil : .float(value)
            }
        case .double:
            return Self.littleEndian(bytes, byteCount: 8).flatMap {
                let value = Double(bitPattern: $0)
                return value.isNaN ? nil : .double(value)
            }
        case .fixedLengthByteArray where field.type == .float16:
            return Self.littleEndian(bytes, byteCount: 2).flatMap {
                let half = UInt16(truncatingIfNeeded: $0)
                let value = Float(bitPattern: ValueConversion.widened(half))
                return value.isNaN ? nil : .float(value)
            }
        case .byteArray, .fixedLengthByteArray:
            if case .decimal = field.type, bytes.isEmpty || bytes.count > 16 { return nil }
            return ScalarValue(bytes, field.type)
        case .int96: return nil
        }
    }

    private static func littleEndian(_ bytes: [UInt8], byteCount: Int) -> UInt64? {
        guard bytes.count == byteCount else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
