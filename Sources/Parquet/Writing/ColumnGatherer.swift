import Columns

/// Puts the values of a column's slices one behind the other, without the slots of nulls.
///
/// What it returns points into the slices' columns and into `scratch`: it is valid while the
/// columns are alive, and until the next chunk is gathered.
struct ColumnGatherer {
    let field: Field
    let leaf: SchemaElement
    let slices: [ColumnSlice]
    let rowCount: Int
    let scratch: ChunkScratch

    init(field: Field, leaf: SchemaElement, slices: [ColumnSlice], scratch: ChunkScratch) {
        self.field = field
        self.leaf = leaf
        self.slices = slices
        self.rowCount = slices.reduce(0) { $0 + $1.rows.count }
        self.scratch = scratch
    }

    // MARK: Validity

    /// One bit a row, or nil when no row is null.
    func validity() -> BitmapSlice? {
        let validities = slices.map(\.validity)
        guard validities.contains(where: { $0 != nil }) else { return nil }
        if let only = validities.first, slices.count == 1 { return only }
        let words = scratch.validity.elements(of: UInt64.self, count: (rowCount + 63) / 64 + 1)
        words.initialize(repeating: 0)
        guard let base = words.baseAddress else { return nil }
        var row = 0
        for (slice, validity) in zip(slices, validities) {
            if let validity {
                validity.copy(to: base, bitOffset: row)
            } else {
                Self.setOnes(base, row..<row + slice.rows.count)
            }
            row += slice.rows.count
        }
        return BitmapSlice(words: base, bitOffset: 0, count: rowCount)
    }

    private static func setOnes(_ words: UnsafeMutablePointer<UInt64>, _ bits: Range<Int>) {
        var bit = bits.lowerBound
        while bit < bits.upperBound {
            let count = min(64 - bit % 64, bits.upperBound - bit)
            let ones = count == 64 ? ~0 : (UInt64(1) &<< UInt64(count)) &- 1
            words[bit / 64] |= ones &<< UInt64(bit % 64)
            bit += count
        }
    }

    // MARK: Values

    /// The values of any type but BYTE_ARRAY.
    /// Throws `invalidParameter` when a carrier does not fit the type.
    func fixedWidthValues() throws(ParquetError) -> DenseValues {
        switch (leaf.physicalType, field.type) {
        case (.boolean, _):
            return .booleans(
                try dense { if case .boolean(let buffer) = $0 { buffer.elements } else { nil } })
        case (.int32, _):
            return .words32(
                try dense {
                    if case .int32(let buffer) = $0 { words32(buffer.elements) } else { nil }
                })
        case (.float, _):
            return .words32(
                try dense {
                    if case .float(let buffer) = $0 { words32(buffer.elements) } else { nil }
                })
        case (.int64, _):
            return .words64(
                try dense {
                    if case .int64(let buffer) = $0 { words64(buffer.elements) } else { nil }
                })
        case (.double, _):
            return .words64(
                try dense {
                    if case .double(let buffer) = $0 { words64(buffer.elements) } else { nil }
                })
        case (_, .float16): return try halfFloats()
        default: return try fixedByteArrays()
        }
    }

    private func words32<Value: BitwiseCopyable>(
        _ elements: UnsafeBufferPointer<Value>
    ) -> UnsafeBufferPointer<UInt32> {
        UnsafeRawBufferPointer(elements).bindMemory(to: UInt32.self)
    }

    private func words64<Value: BitwiseCopyable>(
        _ elements: UnsafeBufferPointer<Value>
    ) -> UnsafeBufferPointer<UInt64> {
        UnsafeRawBufferPointer(elements).bindMemory(to: UInt64.self)
    }

    /// The elements of all slices; those of a single slice without nulls stay where they are.
    private func dense<Element: BitwiseCopyable>(
        _ elements: (ColumnValues) -> UnsafeBufferPointer<Element>?
    ) throws(ParquetError) -> UnsafeBufferPointer<Element> {
        if slices.count == 1, slices[0].validity == nil {
            guard let all = elements(slices[0].column.values) else { throw misfit(slices[0]) }
            return UnsafeBufferPointer(rebasing: all[slices[0].rows])
        }
        let target = scratch.values.elements(of: Element.self, count: rowCount)
        guard let base = target.baseAddress else { return UnsafeBufferPointer(target) }
        var position = 0
        for slice in slices {
            guard let all = elements(slice.column.values), let source = all.baseAddress else {
                throw misfit(slice)
            }
            if let validity = slice.validity {
                position += Compaction.compact(
                    source + slice.rows.lowerBound, by: validity, into: base + position)
            } else {
                (base + position).update(
                    from: source + slice.rows.lowerBound, count: slice.rows.count)
                position += slice.rows.count
            }
        }
        return UnsafeBufferPointer(start: base, count: position)
    }

    /// FLOAT16 from floats: rounded to nearest; NaNs keep what fits of their payload.
    private func halfFloats() throws(ParquetError) -> DenseValues {
        let floats = try dense {
            if case .float(let buffer) = $0 { buffer.elements } else { nil }
        }
        let target = scratch.entries.elements(of: UInt16.self, count: floats.count)
        for index in 0..<floats.count {
            target[index] = Self.halfBits(floats[index]).littleEndian
        }
        return .fixed(
            UnsafeRawBufferPointer(target).bindMemory(to: UInt8.self), byteCount: 2)
    }

    private static func halfBits(_ value: Float) -> UInt16 {
        guard value.isNaN else { return Float16(value).bitPattern }
        let bits = value.bitPattern
        let payload = UInt16(truncatingIfNeeded: bits >> 13) & 0x3FF
        let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
        // A payload of zero would be infinity.
        return sign | 0x7C00 | (payload == 0 ? 0x200 : payload)
    }

    /// FIXED_LEN_BYTE_ARRAY. Decimals are brought to the length that their precision asks for.
    private func fixedByteArrays() throws(ParquetError) -> DenseValues {
        let byteCount = Int(leaf.typeLength ?? 0)
        let target = scratch.values.elements(of: UInt8.self, count: rowCount * byteCount)
        guard let base = target.baseAddress else {
            return .fixed(UnsafeBufferPointer(target), byteCount: byteCount)
        }
        var position = 0
        for slice in slices {
            guard case .fixed(let buffer, let sourceByteCount) = slice.column.values,
                let source = buffer.elements.baseAddress
            else { throw misfit(slice) }
            let first = source + slice.rows.lowerBound * sourceByteCount
            guard sourceByteCount == byteCount else {
                position += try resizeDecimals(
                    slice, first, sourceByteCount, to: byteCount, into: base + position)
                continue
            }
            if let validity = slice.validity {
                position +=
                    byteCount
                    * Compaction.compact(
                        first, byteCount: byteCount, by: validity, into: base + position)
            } else {
                (base + position).update(from: first, count: slice.rows.count * byteCount)
                position += slice.rows.count * byteCount
            }
        }
        return .fixed(UnsafeBufferPointer(start: base, count: position), byteCount: byteCount)
    }

    /// Bytes written. Extends the sign, or leaves out bytes that only repeat it.
    private func resizeDecimals(
        _ slice: ColumnSlice, _ source: UnsafePointer<UInt8>, _ sourceByteCount: Int,
        to byteCount: Int, into target: UnsafeMutablePointer<UInt8>
    ) throws(ParquetError) -> Int {
        guard case .decimal(let precision, _) = field.type, sourceByteCount > 0 else {
            throw misfit(slice)
        }
        var position = 0
        for row in 0..<slice.rows.count
        where !slice.column.isNull(slice.rows.lowerBound + row) {
            let value = source + row * sourceByteCount
            let sign: UInt8 = value[0] & 0x80 == 0 ? 0 : 0xFF
            for index in 0..<max(0, sourceByteCount - byteCount) where value[index] != sign {
                throw ParquetError(
                    .invalidParameter,
                    "a decimal in row \(slice.rows.lowerBound + row) of the batch has more than "
                        + "\(precision) digits; declare a larger precision",
                    context: ParquetError.Context(column: field.name))
            }
            for index in 0..<byteCount {
                let sourceIndex = index + sourceByteCount - byteCount
                target[position + index] = sourceIndex < 0 ? sign : value[sourceIndex]
            }
            position += byteCount
        }
        return position
    }

    func misfit(_ slice: ColumnSlice) -> ParquetError {
        ParquetError(
            .invalidParameter,
            "the batch carries values of another kind than \(field.type) needs; see ColumnValues",
            context: ParquetError.Context(column: field.name))
    }
}
