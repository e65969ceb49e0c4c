import Columns

/// What a file says about the values of a column; nil where it says nothing usable.
package struct ColumnStatistics: Hashable, Sendable {
    package var nullCount: Int?
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
        nullCount = statistics.nullCount.flatMap { $0 >= 0 ? Int($0) : nil }
        var bounds = (statistics.minValue, statistics.maxValue)
        if bounds.0 == nil && bounds.1 == nil && column.isSignedOrder {
            bounds = (statistics.deprecatedMin, statistics.deprecatedMax)
        }
        min = bounds.0.flatMap { column.scalar(plain: $0) }
        max = bounds.1.flatMap { column.scalar(plain: $0) }
        isMinExact = statistics.isMinValueExact ?? true
        isMaxExact = statistics.isMaxValueExact ?? true
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
    /// Whether the deprecated min and max, which compare signed, have the type's own order.
    fileprivate var isSignedOrder: Bool {
        switch (physicalType, field.type) {
        case (_, .uint8), (_, .uint16), (_, .uint32), (_, .uint64): false
        case (.boolean, _), (.int32, _), (.int64, _), (.float, _), (.double, _): true
        case (.int96, _), (.byteArray, _), (.fixedLengthByteArray, _): false
        }
    }

    /// A value in PLAIN encoding, without length; nil if the bytes are not one, if it is NaN, or
    /// if the type has no order that files agree on (INT96).
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
