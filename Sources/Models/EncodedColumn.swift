package import Columns

/// A column of one batch, ready to be encoded block by block (see `FeatureEncoder.prepare`).
package struct EncodedColumn: Sendable {
    private enum Source: Sendable {
        case number(NumberKind)
        /// `map[code]` per dictionary entry.
        case dictionary(codes: ColumnBuffer<Int32>, map: [Int32])
        /// One code a row.
        case rows([Int32])
        case integers(IntegerCodes)
        /// `table[code]`, that of nulls included.
        case coded(codes: ColumnBuffer<UInt16>, table: ColumnBuffer<Double>)
    }

    private let column: Column
    private let source: Source
    /// What a null row becomes: NaN, or the code of a missing value.
    private let missing: Double
    private let zeroIsMissing: Bool
    /// What takes the place of codes, and the number of the batch's first row.
    private var statistic: (values: FoldedStatistic, firstRow: Int)?

    init(numeric column: Column, zeroIsMissing: Bool = false) {
        self.zeroIsMissing = zeroIsMissing
        missing = .nan
        self.column = column
        source =
            Self.coded(column, missing: .nan) {
                EncodedColumn(numeric: $0, zeroIsMissing: zeroIsMissing)
            } ?? .number(NumberKind(column.field.type))
    }

    init(_ column: Column, codes: [Int32], missing: Int32) {
        self.column = column
        if case .dictionary(let rowCodes, _) = column.values {
            source = .dictionary(codes: rowCodes, map: codes)
        } else {
            source = .rows(codes)
        }
        self.missing = Double(missing)
        zeroIsMissing = false
    }

    init(_ column: Column, integerCodes: IntegerCodes, missing: Int32) {
        self.column = column
        self.missing = Double(missing)
        zeroIsMissing = false
        source =
            Self.coded(column, missing: Double(missing)) {
                EncodedColumn($0, integerCodes: integerCodes, missing: missing)
            } ?? .integers(integerCodes)
    }

    /// Encodes the entries of a column of codes, once; nil for another column.
    private static func coded(
        _ column: Column, missing: Double, prepare: (Column) -> EncodedColumn
    ) -> Source? {
        guard case .coded(let codes, let entries) = column.values else { return nil }
        let table = ColumnBuffer<Double>(uninitializedCount: entries.count)
        prepare(Column(field: column.field, values: entries))
            .encode(rows: 0..<entries.count, into: table.mutableElements)
        table.mutableElements[0] = missing
        return .coded(codes: codes, table: table)
    }

    package var rowCount: Int { column.count }

    /// Rows whose code is 0, in a column of codes.
    package var nullCount: Int { column.nullCount }

    /// The codes of the rows and what each is encoded as, 0 being that of nulls; nil for a column
    /// that holds no codes, or rows that are told what is their own.
    package var coded: (codes: ColumnBuffer<UInt16>, table: ColumnBuffer<Double>)? {
        guard statistic == nil, case .coded(let codes, let table) = source else { return nil }
        return (codes, table)
    }

    /// The same column of categories, read as what rows of training are told of them.
    /// - Parameter firstRow: the number of the column's first row.
    package func told(by statistic: FoldedStatistic, firstRow: Int) -> EncodedColumn {
        var result = self
        result.statistic = (statistic, firstRow)
        return result
    }

    /// Encodes the rows of `rows`.
    /// - Parameter output: (rows.count), written.
    /// - Precondition: `rows` lies in `0..<rowCount`, `output` has as many elements.
    /// - Complexity: O(`rows.count`).
    package func encode(rows: Range<Int>, into output: UnsafeMutableBufferPointer<Double>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= column.count)
        precondition(output.count == rows.count)
        switch source {
        case .number(let kind):
            encodeNumbers(kind, rows: rows, into: output)
            if zeroIsMissing { Self.replaceZeros(in: output) }
        case .coded(let codes, let table):
            Self.lookUp(rebased(codes, rows), in: table.elements, into: output)
        case .dictionary(let codes, let map):
            map.withUnsafeBufferPointer {
                Self.mapCodes(rebased(codes, rows), map: $0, other: missing + 1, into: output)
            }
        case .rows(let codes):
            for (index, code) in codes[rows].enumerated() { output[index] = Double(code) }
        case .integers(let codes): encodeIntegers(codes, rows: rows, into: output)
        }
        if !isCoded, let validity = column.validity, validity.nullCount > 0 {
            Self.replaceNulls(
                validity.words.elements, rows: rows, value: missing, in: output)
        }
        guard let statistic else { return }
        for (index, row) in rows.enumerated() {
            output[index] = statistic.values.value(
                code: Int(output[index]), row: statistic.firstRow + row)
        }
    }

    private var isCoded: Bool { if case .coded = source { true } else { false } }

    /// The rows as they lie in memory, where to encode them would only copy them; valid while the
    /// column is alive.
    package func doubles(rows: Range<Int>) -> UnsafeBufferPointer<Double>? {
        guard case .number(.plain) = source, case .double(let buffer) = column.values,
            !zeroIsMissing, statistic == nil, column.validity?.nullCount ?? 0 == 0
        else { return nil }
        return rebased(buffer, rows)
    }

    private func encodeNumbers(
        _ kind: NumberKind, rows: Range<Int>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        switch (column.values, kind) {
        case (.boolean(let buffer), _): Self.widen(rebased(buffer, rows), into: output)
        case (.int32(let buffer), .unsigned):
            Self.widenUnsigned(rebased(buffer, rows), into: output)
        case (.int32(let buffer), _): Self.widen(rebased(buffer, rows), into: output)
        case (.int64(let buffer), .unsigned):
            Self.widenUnsigned(rebased(buffer, rows), into: output)
        case (.int64(let buffer), _): Self.widen(rebased(buffer, rows), into: output)
        case (.float(let buffer), _): Self.widen(rebased(buffer, rows), into: output)
        case (.double(let buffer), _):
            _ = output.update(fromContentsOf: rebased(buffer, rows))
        case (.fixed(let buffer, let byteCount), _):
            for (index, row) in rows.enumerated() {
                let start = row * byteCount
                output[index] = Self.bigEndian(
                    UnsafeBufferPointer(rebasing: buffer.elements[start..<start + byteCount]))
            }
        case (.dictionary, _), (.byteArrays, _), (.coded, _):
            // A numeric feature's type never widens from text; `prepare` refused it, and prepared
            // codes.
            preconditionFailure("a numeric feature over text")
        }
        if case .decimal(let divisor) = kind {
            for index in output.indices { output[index] /= divisor }
        }
    }

    private func encodeIntegers(
        _ codes: IntegerCodes, rows: Range<Int>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        let other = missing + 1
        switch column.values {
        case .boolean(let buffer):
            for (index, value) in rebased(buffer, rows).enumerated() {
                output[index] = codes.code(of: Int64(value)).map { Double($0) } ?? other
            }
        case .int32(let buffer):
            let isUnsigned = column.field.type.isUnsignedInteger
            for (index, value) in rebased(buffer, rows).enumerated() {
                let wide = isUnsigned ? Int64(UInt32(bitPattern: value)) : Int64(value)
                output[index] = codes.code(of: wide).map { Double($0) } ?? other
            }
        case .int64(let buffer):
            for (index, value) in rebased(buffer, rows).enumerated() {
                output[index] = codes.code(of: value).map { Double($0) } ?? other
            }
        case .float(let buffer):
            for (index, value) in rebased(buffer, rows).enumerated() {
                output[index] = code(of: Double(value), in: codes)
            }
        case .double(let buffer):
            for (index, value) in rebased(buffer, rows).enumerated() {
                output[index] = code(of: value, in: codes)
            }
        case .dictionary, .byteArrays, .fixed, .coded:
            preconditionFailure("an integer category over \(column.field.type.name)")
        }
    }

    /// The code of a number's whole part; NaN is missing.
    private func code(of value: Double, in codes: IntegerCodes) -> Double {
        if value.isNaN { return missing }
        guard let whole = Int64(exactly: value.rounded(.towardZero)) else { return missing + 1 }
        return codes.code(of: whole).map { Double($0) } ?? missing + 1
    }

    private func rebased<Element>(
        _ buffer: ColumnBuffer<Element>, _ rows: Range<Int>
    ) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(rebasing: buffer.elements[rows])
    }
}
