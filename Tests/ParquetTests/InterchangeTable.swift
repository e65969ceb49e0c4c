import Columns

/// A table of every type whose cells follow from their row and column by arithmetic.
///
/// `Tests/EndToEndTests/check_parquet_readers.py` computes the same cells and compares them with
/// what other readers find in our files.
struct InterchangeTable {
    enum Nulls: String, CaseIterable {
        case required, none, some, all
    }

    let rowCount: Int
    let nulls: Nulls

    static let types: [(name: String, type: ColumnType)] = [
        ("boolean", .boolean), ("int8", .int8), ("int16", .int16), ("int32", .int32),
        ("int64", .int64), ("uint8", .uint8), ("uint16", .uint16), ("uint32", .uint32),
        ("uint64", .uint64), ("int32_few", .int32), ("int64_few", .int64), ("sorted", .int64),
        ("float16", .float16), ("float", .float), ("double", .double), ("double_few", .double),
        ("decimal_9", .decimal(precision: 9, scale: 2)),
        ("decimal_18", .decimal(precision: 18, scale: 4)),
        ("decimal_20", .decimal(precision: 20, scale: 0)),
        ("decimal_38", .decimal(precision: 38, scale: 10)),
        ("date", .date), ("time_ms", .time(.milliseconds, isAdjustedToUTC: false)),
        ("time_us", .time(.microseconds, isAdjustedToUTC: false)),
        ("time_ns", .time(.nanoseconds, isAdjustedToUTC: false)),
        ("timestamp_ms", .timestamp(.milliseconds, isAdjustedToUTC: false)),
        ("timestamp_us", .timestamp(.microseconds, isAdjustedToUTC: true)),
        ("timestamp_ns", .timestamp(.nanoseconds, isAdjustedToUTC: false)),
        ("string", .string), ("string_few", .string), ("string_codes", .string),
        ("string_unicode", .string), ("binary", .binary),
        ("fixed", .fixedBinary(byteCount: 5)), ("uuid", .uuid),
    ]

    var schema: Schema {
        Schema(
            Self.types.map { Field(name: $0.name, type: $0.type, isNullable: nulls != .required) })
    }

    /// The 64 bits behind a cell: SplitMix64 of a number made from row, column and `part`.
    static func bits(row: Int, column: Int, part: Int = 0) -> UInt64 {
        var z =
            UInt64(row) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(column * 16 + part + 1)
            &* 0xD1B5_4A32_D192_ED03
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    func isNull(row: Int, column: Int) -> Bool {
        switch nulls {
        case .required, .none: false
        case .all: true
        case .some: Self.bits(row: row, column: column, part: 1) % 10 == 0
        }
    }

    func batch(_ rows: Range<Int>) -> RecordBatch {
        let schema = schema
        let columns = schema.fields.enumerated().map { index, field in
            let bits = rows.map { Self.bits(row: $0, column: index) }
            let isValid = rows.map { !isNull(row: $0, column: index) }
            return Column(
                field: field, values: values(field, index, rows, bits),
                validity: isValid.allSatisfy { $0 } ? nil : Validity(isValid))
        }
        return RecordBatch(schema: schema, columns: columns, rowCount: rows.count)
    }

    private func values(
        _ field: Field, _ column: Int, _ rows: Range<Int>, _ bits: [UInt64]
    ) -> ColumnValues {
        switch field.name {
        case "int32_few": return .int32(ColumnBuffer(bits.map { Int32($0 % 100) - 50 }))
        case "int64_few":
            return .int64(ColumnBuffer(bits.map { Int64($0 % 1_000) * 1_000_000_007 }))
        case "sorted": return .int64(ColumnBuffer(rows.map { Int64($0) * 3 }))
        case "double_few": return .double(ColumnBuffer(bits.map { Double($0 % 300) * 0.25 }))
        case "string_few", "string_unicode", "string":
            return .byteArrays(ByteArrays(bits.map { Self.text(field.name, $0) }))
        case "string_codes":
            return .dictionary(
                // The last entry is used by no row.
                codes: ColumnBuffer(bits.map { Int32($0 % 37) }),
                dictionary: ByteArrays((0..<38).map { "category \($0)" }))
        default: break
        }
        switch field.type {
        case .boolean: return .boolean(ColumnBuffer(bits.map { UInt8($0 & 1) }))
        case .int8: return .int32(ColumnBuffer(bits.map { Int32(Int8(truncatingIfNeeded: $0)) }))
        case .int16: return .int32(ColumnBuffer(bits.map { Int32(Int16(truncatingIfNeeded: $0)) }))
        case .uint8: return .int32(ColumnBuffer(bits.map { Int32(UInt8(truncatingIfNeeded: $0)) }))
        case .uint16:
            return .int32(ColumnBuffer(bits.map { Int32(UInt16(truncatingIfNeeded: $0)) }))
        case .int32, .uint32: return .int32(ColumnBuffer(bits.map(Int32.init(truncatingIfNeeded:))))
        case .date: return .int32(ColumnBuffer(bits.map { Int32($0 % 40_000) - 10_000 }))
        case .time(.milliseconds, _):
            return .int32(ColumnBuffer(bits.map { Int32($0 % 86_400_000) }))
        case .time(let unit, _):
            return .int64(
                ColumnBuffer(bits.map { Int64($0 % UInt64(86_400 * unit.perSecond)) }))
        case .timestamp(let unit, _):
            // 1900 to 2100.
            return .int64(
                ColumnBuffer(
                    bits.map {
                        Int64($0 % UInt64(6_311_433_600 * unit.perSecond))
                            - 2_208_988_800 * unit.perSecond
                    }))
        case .float16: return .float(ColumnBuffer(bits.map(Self.half)))
        case .float:
            return .float(
                ColumnBuffer(bits.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
        case .double: return .double(ColumnBuffer(bits.map(Double.init(bitPattern:))))
        case .decimal(let precision, _) where precision <= 9:
            return .int32(ColumnBuffer(bits.map { Int32($0 % 1_999_999_999) - 999_999_999 }))
        case .decimal(let precision, _) where precision <= 18:
            return .int64(
                ColumnBuffer(
                    bits.map { Int64($0 % 1_999_999_999_999_999_999) - 999_999_999_999_999_999 }))
        case .decimal:
            // 16 bytes whatever the precision: a 64-bit number with its sign.
            return .fixed(
                ColumnBuffer(
                    bits.flatMap { Self.bigEndian(Int64(bitPattern: $0), byteCount: 16) }),
                byteCount: 16)
        case .binary: return .byteArrays(ByteArrays(bits.map(Self.bytes)))
        case .fixedBinary:
            return .fixed(
                ColumnBuffer(bits.flatMap { Self.littleEndian($0).prefix(5) }), byteCount: 5)
        case .uuid:
            return .fixed(
                ColumnBuffer(bits.flatMap { Self.littleEndian($0) + Self.littleEndian(~$0) }),
                byteCount: 16)
        default: return .int64(ColumnBuffer(bits.map(Int64.init(bitPattern:))))
        }
    }

    private static func text(_ name: String, _ bits: UInt64) -> String {
        switch name {
        case "string_few": "value \(bits % 50)"
        case "string_unicode":
            // Up to 200 bytes, so that bounds are cut, within characters too.
            String(repeating: ["a", "é", "漢", "𝄞"][Int(bits % 4)], count: Int(bits >> 32) % 50)
        default: "row \(bits)"
        }
    }

    /// 0 to 15 bytes.
    private static func bytes(_ bits: UInt64) -> [UInt8] {
        Array((littleEndian(bits) + littleEndian(~bits)).prefix(Int(bits >> 60)))
    }

    /// Any half float but NaN, whose payload conversions change.
    private static func half(_ bits: UInt64) -> Float {
        let half = UInt16(truncatingIfNeeded: bits)
        return Float(Float16(bitPattern: half & 0x7C00 == 0x7C00 ? half & 0xFC00 : half))
    }

    private static func littleEndian(_ bits: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
    }

    private static func bigEndian(_ value: Int64, byteCount: Int) -> [UInt8] {
        let sign = [UInt8](repeating: value < 0 ? 0xFF : 0, count: byteCount - 8)
        return sign + littleEndian(UInt64(bitPattern: value)).reversed()
    }
}
