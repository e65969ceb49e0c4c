package import Columns

/// Turns the values of one feature's column into the numbers that trees and coefficients read.
///
/// Numeric: the value as a double (dates, times and timestamps as their count, decimals scaled);
/// null and NaN become NaN. Categorical: the code of the value, as `Feature.Encoding` says.
/// Training and prediction run this same code.
package struct FeatureEncoder: Sendable {
    package let feature: Feature
    /// Texts of the categories, in the order of the codes; nil for a numeric feature.
    private let categories: CategoryTable?
    /// The categories that are decimal numbers, for columns that hold integers.
    private let integerCodes: IntegerCodes

    /// - Precondition: the categories differ by bytes; a model file is checked before, and throws.
    package init(_ feature: Feature) {
        self.feature = feature
        guard case .categorical(let texts) = feature.encoding else {
            categories = nil
            integerCodes = IntegerCodes([:])
            return
        }
        var table = CategoryTable()
        var integers: [Int64: Int32] = [:]
        let isText = !feature.type.isNumeric
        for (code, text) in texts.enumerated() {
            if isText {
                var bytes = Array(text.utf8)
                let index = bytes.withUnsafeMutableBufferPointer {
                    table.insert(UnsafeBufferPointer($0))
                }
                precondition(index == code)
            } else if let value = Int64(text) {
                integers[value] = Int32(code)
            } else if let value = UInt64(text) {
                integers[Int64(bitPattern: value)] = Int32(code)
            }
        }
        categories = table
        integerCodes = IntegerCodes(integers)
    }

    /// Readies one column of a batch: maps a dictionary's entries to codes, once.
    /// - Throws: `incompatible` when the column's type does not widen to the feature's.
    package func prepare(_ column: Column) throws(ModelError) -> EncodedColumn {
        guard feature.accepts(column.field) else {
            throw ModelError(
                .incompatible,
                "Column `\(column.field.name)` is \(column.field.type.name), the model expects "
                    + "\(feature.expectedTypeName).", context: ["column": column.field.name])
        }
        let column =
            column.field.holdsOnlyNulls ? Column.nulls(nullField, count: column.count) : column
        if categories == nil {
            return EncodedColumn(numeric: column, zeroIsMissing: feature.zeroIsMissing)
        }
        let missing = Int32(feature.codeCount - 2)
        switch column.values {
        case .dictionary(_, let dictionary):
            let map = (0..<dictionary.count).map { code(of: dictionary[$0]) ?? missing + 1 }
            return EncodedColumn(column, codes: map, missing: missing)
        case .byteArrays(let values):
            let codes = (0..<values.count).map { row in
                column.isNull(row) ? missing : code(of: values[row]) ?? missing + 1
            }
            return EncodedColumn(column, codes: codes, missing: missing)
        default:
            return EncodedColumn(column, integerCodes: integerCodes, missing: missing)
        }
    }

    /// Of a column that has nothing but nulls.
    private var nullField: Field { Field(name: feature.name, type: feature.type) }

    /// Encodes some rows of a column; `prepare` once and `EncodedColumn.encode` is the same for
    /// several ranges.
    /// - Parameter output: (rows.count), written.
    package func encode(
        _ column: Column, rows: Range<Int>, into output: UnsafeMutableBufferPointer<Double>
    ) throws(ModelError) {
        try prepare(column).encode(rows: rows, into: output)
    }

    /// The code of a text; text that is not UTF-8 is looked up as training recorded it.
    private func code(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard let categories else { return nil }
        if let index = categories.find(text) { return Int32(index) }
        if text.allSatisfy({ $0 < 0x80 }) { return nil }
        var repaired = Array(String(decoding: text, as: UTF8.self).utf8)
        return repaired.withUnsafeMutableBufferPointer {
            categories.find(UnsafeBufferPointer($0)).map { Int32($0) }
        }
    }
}
