import Columns

extension LeafColumn {
    /// The ways to write a value of this column in PLAIN encoding, without a length; none if it is
    /// of another kind, or if there are more than can be listed.
    ///
    /// Zero has two signs, and rows that equal it may have either.
    func plainForms(of value: ScalarValue) -> [[UInt8]] {
        switch (value, physicalType) {
        case (.boolean(let value), .boolean): return [[value ? 1 : 0]]
        case (.integer, .int32), (.unsigned, .int32), (.date, .int32), (.time, .int32),
            (.decimal, .int32):
            return integer(value).map { [Self.bytes($0, byteCount: 4)] } ?? []
        case (.integer, .int64), (.unsigned, .int64), (.time, .int64), (.timestamp, .int64),
            (.decimal, .int64):
            return integer(value).map { [Self.bytes($0, byteCount: 8)] } ?? []
        case (.float(let value), .float):
            if value.isNaN { return [] }
            let bits = value == 0 ? [0, 0x8000_0000] : [value.bitPattern]
            return bits.map { Self.bytes(UInt64($0), byteCount: 4) }
        case (.double(let value), .double):
            if value.isNaN { return [] }
            let bits = value == 0 ? [0, 1 << 63] : [value.bitPattern]
            return bits.map { Self.bytes($0, byteCount: 8) }
        case (.float(let value), .fixedLengthByteArray) where field.type == .float16:
            if value.isNaN { return [] }
            let bits = value == 0 ? [0, 0x8000] : [Float16(value).bitPattern]
            return bits.map { Self.bytes(UInt64($0), byteCount: 2) }
        case (.text(let text), .byteArray): return [Array(text.utf8)]
        case (.bytes(let bytes), .byteArray): return [bytes]
        case (.bytes(let bytes), .fixedLengthByteArray), (.uuid(let bytes), .fixedLengthByteArray):
            return bytes.count == typeLength ? [bytes] : []
        case (.decimal(let unscaled, _), .fixedLengthByteArray):
            return Self.bigEndian(unscaled, byteCount: typeLength).map { [$0] } ?? []
        // Decimals in BYTE_ARRAY may have any number of leading bytes; INT96 comes in microseconds.
        default: return []
        }
    }

    /// The carrier's bits of a value of this column's own kind.
    private func integer(_ value: ScalarValue) -> UInt64? {
        switch (value, field.type) {
        case (.integer(let value), .int8), (.integer(let value), .int16),
            (.integer(let value), .int32), (.integer(let value), .int64):
            UInt64(bitPattern: value)
        case (.unsigned(let value), .uint8), (.unsigned(let value), .uint16),
            (.unsigned(let value), .uint32), (.unsigned(let value), .uint64):
            value
        case (.date(let days), .date): UInt64(bitPattern: Int64(days))
        case (.time(let value, let unit), .time(let own, _)):
            unit == own ? UInt64(bitPattern: value) : nil
        case (.timestamp(let value, let unit, _), .timestamp(let own, _)):
            unit == own ? UInt64(bitPattern: value) : nil
        case (.decimal(let unscaled, let scale), .decimal(_, let own)):
            scale == own ? UInt64(bitPattern: Int64(truncatingIfNeeded: unscaled)) : nil
        default: nil
        }
    }

    private static func bytes(_ bits: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: bits &>> UInt64($0 * 8)) }
    }

    /// nil if the number does not fit.
    private static func bigEndian(_ value: Int128, byteCount: Int) -> [UInt8]? {
        guard byteCount > 0 else { return nil }
        let bytes = (0..<byteCount).reversed().map { position in
            // Past 16 bytes only the sign goes on.
            UInt8(truncatingIfNeeded: position < 16 ? value >> (position * 8) : value >> 127)
        }
        guard byteCount >= 16 || value >> (byteCount * 8 - 1) == value >> 127 else { return nil }
        return bytes
    }
}
