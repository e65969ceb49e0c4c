import Columns

extension SchemaElement {
    /// The leaf that a column of type `field.type` is written as.
    ///
    /// The logical type and the older converted type are both given, as old readers know only the
    /// latter. Timestamps and times are never INT96.
    /// Throws `invalidParameter` for a decimal or a fixed length out of range.
    init(_ field: Field) throws(ParquetError) {
        self.init(name: field.name)
        repetition = field.isNullable ? .optional : .required
        switch field.type {
        case .boolean: physicalType = .boolean
        case .int32: physicalType = .int32
        case .int64: physicalType = .int64
        case .float: physicalType = .float
        case .double: physicalType = .double
        case .int8: set(.int32, .int8, .integer(bitWidth: 8, isSigned: true))
        case .int16: set(.int32, .int16, .integer(bitWidth: 16, isSigned: true))
        case .uint8: set(.int32, .uint8, .integer(bitWidth: 8, isSigned: false))
        case .uint16: set(.int32, .uint16, .integer(bitWidth: 16, isSigned: false))
        case .uint32: set(.int32, .uint32, .integer(bitWidth: 32, isSigned: false))
        case .uint64: set(.int64, .uint64, .integer(bitWidth: 64, isSigned: false))
        case .float16: setFixed(byteCount: 2, .float16)
        case .decimal(let precision, let scale):
            try setDecimal(precision: precision, scale: scale)
        case .date: set(.int32, .date, .date)
        case .time(let unit, let isAdjustedToUTC):
            let logicalType = LogicalType.time(unit, isAdjustedToUTC: isAdjustedToUTC)
            switch unit {
            case .milliseconds: set(.int32, .timeMillis, logicalType)
            case .microseconds: set(.int64, .timeMicros, logicalType)
            case .nanoseconds: set(.int64, nil, logicalType)
            }
        case .timestamp(let unit, let isAdjustedToUTC):
            let logicalType = LogicalType.timestamp(unit, isAdjustedToUTC: isAdjustedToUTC)
            switch unit {
            case .milliseconds: set(.int64, .timestampMillis, logicalType)
            case .microseconds: set(.int64, .timestampMicros, logicalType)
            case .nanoseconds: set(.int64, nil, logicalType)
            }
        case .string: set(.byteArray, .utf8, .string)
        case .binary: physicalType = .byteArray
        case .fixedBinary(let byteCount):
            guard (1...Int(Int32.max)).contains(byteCount) else {
                throw ParquetError(
                    .invalidParameter, "fixed length of \(byteCount) bytes: choose 1 or more",
                    context: ParquetError.Context(column: field.name))
            }
            setFixed(byteCount: byteCount, nil)
        case .uuid: setFixed(byteCount: 16, .uuid)
        }
    }

    private mutating func set(
        _ physicalType: PhysicalType, _ convertedType: ConvertedType?, _ logicalType: LogicalType?
    ) {
        self.physicalType = physicalType
        self.convertedType = convertedType
        self.logicalType = logicalType
    }

    private mutating func setFixed(byteCount: Int, _ logicalType: LogicalType?) {
        set(.fixedLengthByteArray, nil, logicalType)
        typeLength = Int32(byteCount)
    }

    private mutating func setDecimal(precision: Int, scale: Int) throws(ParquetError) {
        guard (1...38).contains(precision), (0...precision).contains(scale) else {
            throw ParquetError(
                .invalidParameter,
                "decimal(\(precision), \(scale)): the precision is 1 to 38, the scale at most that",
                context: ParquetError.Context(column: name))
        }
        let physicalType: PhysicalType =
            precision <= 9 ? .int32 : precision <= 18 ? .int64 : .fixedLengthByteArray
        set(
            physicalType, .decimal,
            .decimal(scale: Int32(scale), precision: Int32(precision)))
        self.precision = Int32(precision)
        self.scale = Int32(scale)
        if physicalType == .fixedLengthByteArray {
            typeLength = Int32(Self.decimalByteCount(precision: precision))
        }
    }

    /// The smallest length of a two's complement number that holds `precision` digits.
    static func decimalByteCount(precision: Int) -> Int {
        var limit: UInt128 = 1
        for _ in 0..<precision { limit *= 10 }
        var byteCount = 1
        // The largest number of n bytes is 2^(8n - 1) - 1.
        while UInt128(1) << UInt128(8 * byteCount - 1) < limit { byteCount += 1 }
        return byteCount
    }
}
