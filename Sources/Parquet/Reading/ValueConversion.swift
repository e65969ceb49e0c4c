import Columns
import Memory

/// How the bytes of a value in a file become what a column holds.
enum ValueConversion {
    /// Kept as they lie: INT32, INT64, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY.
    case none(byteCount: Int)
    /// Bits to bytes.
    case boolean
    /// INT96, nanoseconds within a Julian day and the day, to microseconds since 1970.
    case int96
    /// Half precision to single.
    case float16
    /// DECIMAL of up to 18 digits, big-endian, to Int64. 0 bytes stand for BYTE_ARRAY.
    case decimalToInt64(byteCount: Int)
    /// DECIMAL of more digits, big-endian, sign-extended to 16 bytes. 0 bytes: BYTE_ARRAY.
    case decimalTo16Bytes(byteCount: Int)

    /// Digits that fit into 64 bits.
    static let int64DigitsMax = 18

    /// nil for columns of byte arrays.
    init?(_ column: LeafColumn) {
        if case .decimal(let precision, _) = column.field.type,
            column.physicalType == .byteArray || column.physicalType == .fixedLengthByteArray
        {
            self =
                precision <= Self.int64DigitsMax
                ? .decimalToInt64(byteCount: column.typeLength)
                : .decimalTo16Bytes(byteCount: column.typeLength)
            return
        }
        switch column.physicalType {
        case .boolean: self = .boolean
        case .int32, .float: self = .none(byteCount: 4)
        case .int64, .double: self = .none(byteCount: 8)
        case .int96: self = .int96
        case .fixedLengthByteArray:
            self = column.field.type == .float16 ? .float16 : .none(byteCount: column.typeLength)
        case .byteArray: return nil
        }
    }

    /// Whether values of `type` become numbers of 4 or 8 bytes.
    func isNumber(of type: PhysicalType) -> Bool {
        switch self {
        case .none: type != .fixedLengthByteArray
        case .float16, .int96, .decimalToInt64: true
        case .boolean, .decimalTo16Bytes: false
        }
    }

    /// Bytes of a PLAIN value; nil where they differ (bits, BYTE_ARRAY).
    var sourceByteCount: Int? {
        switch self {
        case .none(let byteCount): byteCount
        case .boolean: nil
        case .int96: 12
        case .float16: 2
        case .decimalToInt64(let byteCount), .decimalTo16Bytes(let byteCount):
            byteCount == 0 ? nil : byteCount
        }
    }

    /// Bytes of a value in the column.
    var valueByteCount: Int {
        switch self {
        case .none(let byteCount): byteCount
        case .boolean: 1
        case .float16: 4
        case .int96, .decimalToInt64: 8
        case .decimalTo16Bytes: 16
        }
    }

    /// Values of `rowCount` rows in `memory`, not initialised.
    func makeValues(
        _ column: LeafColumn, rowCount: Int, from memory: BlockMemory
    ) -> ColumnValues {
        func buffer<Element: BitwiseCopyable>(
            _ type: Element.Type, count: Int
        ) -> ColumnBuffer<Element> {
            ColumnBuffer(uninitializedCount: count, from: memory)
        }
        switch self {
        case .boolean: return .boolean(buffer(UInt8.self, count: rowCount))
        case .float16: return .float(buffer(Float.self, count: rowCount))
        case .int96, .decimalToInt64: return .int64(buffer(Int64.self, count: rowCount))
        case .decimalTo16Bytes:
            return .fixed(buffer(UInt8.self, count: rowCount * 16), byteCount: 16)
        case .none(let byteCount):
            switch column.physicalType {
            case .int32: return .int32(buffer(Int32.self, count: rowCount))
            case .int64: return .int64(buffer(Int64.self, count: rowCount))
            case .float: return .float(buffer(Float.self, count: rowCount))
            case .double: return .double(buffer(Double.self, count: rowCount))
            case .boolean, .int96, .byteArray, .fixedLengthByteArray:
                return .fixed(
                    buffer(UInt8.self, count: rowCount * byteCount), byteCount: byteCount)
            }
        }
    }
}

// MARK: Kernels

extension ValueConversion {
    /// Converts `count` values that lie one behind the other, `sourceByteCount` bytes each.
    /// - Parameter values: room for `count * valueByteCount` bytes.
    /// - Returns: whether each value fits into what the column holds.
    /// - Precondition: the source has `count` values, and `sourceByteCount` is not nil.
    func convert(
        _ source: UnsafeRawPointer, count: Int, into values: UnsafeMutableRawPointer
    ) -> Bool {
        switch self {
        case .none(let byteCount):
            values.copyMemory(from: source, byteCount: count * byteCount)
            return true
        case .boolean: return false
        case .int96:
            Self.int96(source, count: count, into: values)
            return true
        case .float16:
            Self.float16(source, count: count, into: values)
            return true
        case .decimalToInt64(let byteCount):
            return Self.forEachValue(source, count: count, byteCount: byteCount) { value, index in
                Self.decimalToInt64(value, byteCount: byteCount, into: values + index &* 8)
            }
        case .decimalTo16Bytes(let byteCount):
            return Self.forEachValue(source, count: count, byteCount: byteCount) { value, index in
                Self.decimalTo16Bytes(value, byteCount: byteCount, into: values + index &* 16)
            }
        }
    }

    /// Converts one decimal of `byteCount` bytes.
    func convertDecimal(
        _ source: UnsafeRawPointer, byteCount: Int, into value: UnsafeMutableRawPointer
    ) -> Bool {
        switch self {
        case .decimalToInt64: Self.decimalToInt64(source, byteCount: byteCount, into: value)
        case .decimalTo16Bytes: Self.decimalTo16Bytes(source, byteCount: byteCount, into: value)
        case .none, .boolean, .int96, .float16: false
        }
    }

    @inline(__always)
    private static func forEachValue(
        _ source: UnsafeRawPointer, count: Int, byteCount: Int,
        _ convert: (UnsafeRawPointer, Int) -> Bool
    ) -> Bool {
        var isValid = true
        for index in 0..<count where !convert(source + index &* byteCount, index) {
            isValid = false
        }
        return isValid
    }

    /// Spark's days wrap at 32 bits and its microseconds at 64 when it writes years far away, and
    /// come back right if a reader wraps too (int96_from_spark.parquet: the year 290000).
    /// Source: the INT96 timestamps of Impala and Spark; there is no specification.
    private static func int96(
        _ source: UnsafeRawPointer, count: Int, into values: UnsafeMutableRawPointer
    ) {
        let unixEpochJulianDay: Int64 = 2_440_588
        let microsecondsPerDay: Int64 = 86_400_000_000
        for index in 0..<count {
            let value = source + index &* 12
            let nanoseconds = Int64(littleEndian: value.loadUnaligned(as: Int64.self))
            let day = Int64(
                Int32(littleEndian: value.loadUnaligned(fromByteOffset: 8, as: Int32.self)))
            // Rounds down, also before midnight.
            let microseconds = nanoseconds / 1000 &- (nanoseconds % 1000 < 0 ? 1 : 0)
            values.storeBytes(
                of: (day &- unixEpochJulianDay) &* microsecondsPerDay &+ microseconds,
                toByteOffset: index &* 8, as: Int64.self)
        }
    }

    private static func float16(
        _ source: UnsafeRawPointer, count: Int, into values: UnsafeMutableRawPointer
    ) {
        for index in 0..<count {
            let half = UInt16(
                littleEndian: source.loadUnaligned(
                    fromByteOffset: index &* 2, as: UInt16.self))
            values.storeBytes(
                of: widened(half), toByteOffset: index &* 4, as: UInt32.self)
        }
    }

    /// The bits of the Float equal to a half-precision number; NaNs keep their payload.
    static func widened(_ half: UInt16) -> UInt32 {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let fraction = UInt32(half & 0x3FF)
        switch (exponent, fraction) {
        case (0, 0): return sign
        case (0, _):
            // Subnormal: fraction * 2^-24, which a Float holds exactly.
            return sign | (Float(fraction) * 0x1p-24).bitPattern
        case (31, _): return sign | 0x7F80_0000 | fraction << 13
        default: return sign | (exponent + 112) << 23 | fraction << 13
        }
    }

    private static func decimalToInt64(
        _ source: UnsafeRawPointer, byteCount: Int, into value: UnsafeMutableRawPointer
    ) -> Bool {
        guard byteCount > 0 else {
            value.storeBytes(of: 0, as: Int64.self)
            return true
        }
        var result = Int64(source.load(as: Int8.self))
        var isValid = true
        for index in 1..<max(byteCount, 1) {
            // Nothing but copies of the sign may leave at the top.
            if result &>> 55 != result &>> 63 { isValid = false }
            result = result &<< 8 | Int64(source.load(fromByteOffset: index, as: UInt8.self))
        }
        value.storeBytes(of: result, as: Int64.self)
        return isValid
    }

    private static func decimalTo16Bytes(
        _ source: UnsafeRawPointer, byteCount: Int, into value: UnsafeMutableRawPointer
    ) -> Bool {
        let isNegative = byteCount > 0 && source.load(as: Int8.self) < 0
        let sign: UInt8 = isNegative ? 0xFF : 0
        value.initializeMemory(as: UInt8.self, repeating: sign, count: 16)
        let excess = max(0, byteCount &- 16)
        var isValid = true
        for index in 0..<excess
        where source.load(fromByteOffset: index, as: UInt8.self) != sign {
            isValid = false
        }
        let kept = byteCount &- excess
        (value + (16 &- kept)).copyMemory(from: source + excess, byteCount: kept)
        // The sign bit of what is left has to say the same.
        return isValid && (value.load(as: Int8.self) < 0) == isNegative
    }
}
