import Columns
import Filters
import Parquet

extension ColumnEvidence {
    /// What a footer says of one chunk.
    ///
    /// Statistics are used only where all writers agree on their order: the older `min` and `max`
    /// for signed numbers alone, the newer ones where the file says that they follow the type.
    /// Bounds of floats count only if neither is NaN.
    /// - Parameter type: the column's type in the table, which may be wider than in the file.
    init(
        chunk: ColumnChunkMetadata, leaf: LeafColumn, order: ColumnOrder?, rowCount: Int,
        as type: ColumnType
    ) {
        self.init()
        guard let statistics = chunk.statistics else {
            self.init(leaf: leaf, nullCount: nil, rowCount: rowCount)
            return
        }
        self.init(
            leaf: leaf, nullCount: statistics.nullCount.flatMap { Int(exactly: $0) },
            rowCount: rowCount)
        if statistics.nanCount == 0 { mayBeNaN = false }
        let isOrdered = order.map { $0.isUsable(for: leaf) } ?? leaf.isSignedNumber
        if isOrdered, let min = statistics.minValue, let max = statistics.maxValue {
            bounds = leaf.bounds(min: min, max: max, as: type)
        } else if leaf.isSignedNumber, statistics.minValue == nil, statistics.maxValue == nil,
            let min = statistics.deprecatedMin, let max = statistics.deprecatedMax
        {
            bounds = leaf.bounds(min: min, max: max, as: type)
        }
    }

    /// What the count of nulls and the type say; a count that cannot be is not believed.
    init(leaf: LeafColumn, nullCount: Int?, rowCount: Int) {
        self.init()
        mayBeNaN = leaf.isFloating
        let known = nullCount.flatMap { (0...rowCount).contains($0) ? $0 : nil }
        mayBeNull = leaf.definitionLevelMax > 0 && known != 0
        mayBeValue = known != rowCount
        if !mayBeValue { mayBeNaN = false }
    }
}

extension ColumnOrder {
    fileprivate func isUsable(for leaf: LeafColumn) -> Bool {
        switch self {
        case .typeDefined: true
        case .ieee754Total: leaf.isFloating
        case .unknown: false
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

    fileprivate var isUnsigned: Bool {
        switch field.type {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }

    /// Whether the order of values has never been written in another way.
    fileprivate var isSignedNumber: Bool {
        switch physicalType {
        case .int32, .int64, .float, .double: !isUnsigned
        case .boolean, .int96, .byteArray, .fixedLengthByteArray: false
        }
    }

    /// Bounds from their PLAIN encoding without length, or nil if they are none.
    func bounds(min: [UInt8], max: [UInt8], as type: ColumnType) -> ValueBounds? {
        guard let low = bound(min), let high = bound(max) else { return nil }
        switch (low, high) {
        case (.integer(let low), .integer(let high)) where low <= high:
            return switch type {
            // Shards with whole numbers beside shards with doubles; 32 bits are exact.
            case .float16, .float, .double: .numbers(Double(low)...Double(high))
            default: .integers(low...high)
            }
        case (.number(let low), .number(let high)) where low <= high: return .numbers(low...high)
        case (.text(let low), .text(let high)) where !high.lexicographicallyPrecedes(low):
            return .texts(first: low, last: high)
        default: return nil
        }
    }

    /// One bound; nil where it is malformed, NaN, or of a type that has no order (INT96).
    private func bound(_ bytes: [UInt8]) -> FilterPoint? {
        switch physicalType {
        case .boolean: return bytes.count == 1 ? .integer(bytes[0] == 0 ? 0 : 1) : nil
        case .int32:
            guard let bits = littleEndian(bytes, byteCount: 4) else { return nil }
            let word = UInt32(truncatingIfNeeded: bits)
            return .integer(isUnsigned ? Int128(word) : Int128(Int32(bitPattern: word)))
        case .int64:
            guard let bits = littleEndian(bytes, byteCount: 8) else { return nil }
            return .integer(isUnsigned ? Int128(bits) : Int128(Int64(bitPattern: bits)))
        case .float:
            guard let bits = littleEndian(bytes, byteCount: 4) else { return nil }
            return number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .double:
            guard let bits = littleEndian(bytes, byteCount: 8) else { return nil }
            return number(Double(bitPattern: bits))
        case .byteArray, .fixedLengthByteArray:
            switch field.type {
            case .decimal:
                guard (1...16).contains(bytes.count) else { return nil }
                return .integer(
                    bytes.reduce(bytes[0] >= 0x80 ? -1 : 0) { $0 << 8 | Int128($1) })
            // Of halves nothing is known: they are too rare to be worth a conversion.
            case .float16: return nil
            default: return .text(bytes)
            }
        case .int96: return nil
        }
    }

    private func number(_ value: Double) -> FilterPoint? { value.isNaN ? nil : .number(value) }

    private func littleEndian(_ bytes: [UInt8], byteCount: Int) -> UInt64? {
        guard bytes.count == byteCount else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
