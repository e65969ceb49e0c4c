import Columns
import TestSupport

@testable import Filters

/// A small table of every kind of column, filters over it, and their naive meaning.
enum FilterTable {
    static let fields: [Field] = [
        Field(name: "x", type: .int64), Field(name: "y", type: .int32),
        Field(name: "u", type: .uint32), Field(name: "big", type: .uint64),
        Field(name: "d", type: .double), Field(name: "f", type: .float),
        Field(name: "flag", type: .boolean), Field(name: "s", type: .string),
        Field(name: "code", type: .string), Field(name: "b", type: .binary),
        Field(name: "cents", type: .decimal(precision: 9, scale: 2)),
        Field(name: "wide", type: .decimal(precision: 38, scale: 3)),
        Field(name: "day", type: .date),
        Field(name: "at", type: .timestamp(.milliseconds, isAdjustedToUTC: true)),
    ]
    static let schema = Schema(fields)

    static func generator(seed: UInt64) -> SeededGenerator { SeededGenerator(seed: seed) }

    /// What a cell holds, for the naive evaluation.
    enum Cell: Equatable {
        /// `unscaled` / 10^`scale`
        case exact(Int128, scale: Int)
        case number(Double)
        case bytes([UInt8])
    }

    static let words = ["", "a", "ab", "b", "é", "zz"]
    static let doubles: [Double] = [
        0, -0.0, 0.1, 2.5, -3, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1e300,
    ]
    static let floats: [Float] = [
        0, -0.0, 0.1, 2.5, -3, .nan, .infinity, .leastNonzeroMagnitude, 3e38,
    ]

    /// (fields, rows) cells, nil for null.
    static func cells(
        rowCount: Int, using generator: inout SeededGenerator
    ) -> [[Cell?]] {
        fields.map { field in
            (0..<rowCount).map { _ in
                Int.random(in: 0..<6, using: &generator) == 0
                    ? nil : cell(of: field.type, using: &generator)
            }
        }
    }

    private static func cell(
        of type: ColumnType, using generator: inout SeededGenerator
    ) -> Cell {
        let small = Int128(Int.random(in: -4...4, using: &generator))
        switch type {
        case .uint32: return .exact(small < 0 ? Int128(UInt32.max) + small : small, scale: 0)
        case .uint64: return .exact(small < 0 ? Int128(UInt64.max) + small : small, scale: 0)
        case .double: return .number(doubles.randomElement(using: &generator) ?? 0)
        case .float: return .number(Double(floats.randomElement(using: &generator) ?? 0))
        case .boolean: return .exact(small > 0 ? 1 : 0, scale: 0)
        case .string, .binary:
            return .bytes(Array((words.randomElement(using: &generator) ?? "").utf8))
        case .decimal(_, let scale): return .exact(small * 50, scale: scale)
        case .timestamp: return .exact(small * 500, scale: 3)
        default: return .exact(small, scale: 0)
        }
    }

    /// The cells as columns in memory; null slots hold what would match if they were looked at.
    static func column(_ field: Field, _ cells: [Cell?]) -> Column {
        let numbers = cells.map { cell -> Int128 in
            if case .exact(let value, _) = cell { value } else { 0 }
        }
        let reals = cells.map { cell -> Double in
            if case .number(let value) = cell { value } else { 0 }
        }
        let bytes = cells.map { cell -> [UInt8] in
            if case .bytes(let value) = cell { value } else { [] }
        }
        let values: ColumnValues
        switch field.type {
        case .int64, .uint64, .timestamp:
            values = .int64(ColumnBuffer(numbers.map { Int64(truncatingIfNeeded: $0) }))
        case .int32, .uint32, .date, .decimal(9, _):
            values = .int32(ColumnBuffer(numbers.map { Int32(truncatingIfNeeded: $0) }))
        case .boolean: values = .boolean(ColumnBuffer(numbers.map { UInt8($0) }))
        case .double: values = .double(ColumnBuffer(reals))
        case .float: values = .float(ColumnBuffer(reals.map { Float($0) }))
        case .decimal:
            let big = numbers.flatMap { number in
                (0..<16).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * Int128($0))) }
            }
            values = .fixed(ColumnBuffer(big), byteCount: 16)
        default:
            if field.name == "code" {
                let codes = zip(cells, bytes).map { cell, value in
                    cell == nil ? -1 : Int32(words.firstIndex { Array($0.utf8) == value } ?? 0)
                }
                values = .dictionary(codes: ColumnBuffer(codes), dictionary: ByteArrays(words))
            } else {
                values = .byteArrays(ByteArrays(bytes))
            }
        }
        let isValid = cells.map { $0 != nil }
        return Column(
            field: field, values: values,
            validity: isValid.contains(false) ? Validity(isValid) : nil)
    }

    // MARK: Filters

    static func filter(using generator: inout SeededGenerator, depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth < 3 ? 9 : 5), using: &generator) {
        case 5: "(\(filter(using: &generator, depth: depth + 1)))"
        case 6: "NOT (\(filter(using: &generator, depth: depth + 1)))"
        case 7:
            "(\(filter(using: &generator, depth: depth + 1)) AND "
                + "\(filter(using: &generator, depth: depth + 1)))"
        case 8:
            "(\(filter(using: &generator, depth: depth + 1)) OR "
                + "\(filter(using: &generator, depth: depth + 1)))"
        default: predicate(using: &generator)
        }
    }

    private static func predicate(using generator: inout SeededGenerator) -> String {
        let field = fields.randomElement(using: &generator) ?? fields[0]
        let comparison = ["=", "!=", "<>", "<", "<=", ">", ">="].randomElement(using: &generator)
        func literal() -> String { Self.literal(of: field.type, using: &generator) }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return "\(field.name) IS \(Bool.random(using: &generator) ? "NOT " : "")NULL"
        case 1: return "\(field.name) IN (\(literal()), \(literal()), \(literal()))"
        case 2: return "\(field.name) NOT IN (\(literal()))"
        case 3: return "\"\(field.name)\" BETWEEN \(literal()) AND \(literal())"
        default: return "\(field.name) \(comparison ?? "=") \(literal())"
        }
    }

    static func literal(
        of type: ColumnType, using generator: inout SeededGenerator
    ) -> String {
        let small = Int.random(in: -4...4, using: &generator)
        switch type {
        case .double, .float:
            return ["0", "-0.0", "0.1", "2.5", "-3", "1e-30", "3e38", "5e-324"]
                .randomElement(using: &generator) ?? "0"
        case .boolean: return small > 0 ? "TRUE" : "false"
        case .string: return "'\(words.randomElement(using: &generator) ?? "")'"
        case .binary: return ["X''", "X'61'", "X'6162'", "X'C3A9'"][(small + 4) % 4]
        case .date: return "'\(days[small + 4])'"
        case .timestamp: return "TIMESTAMP '1970-01-01T00:00:0\((small + 4) % 3)\(fraction(small))'"
        case .uint32: return "\(small < 0 ? Int(UInt32.max) + small : small)"
        case .uint64: return small < 0 ? "1844674407370955161\(small + 9)" : "\(small)"
        default:
            return ["\(small)", "\(small).5", "\(small)e0", "1e40", "-1e40", "\(small).001"]
                .randomElement(using: &generator) ?? "0"
        }
    }

    /// -4 to 4 days after 1970-01-01.
    static let days = [
        "1969-12-28", "1969-12-29", "1969-12-30", "1969-12-31", "1970-01-01", "1970-01-02",
        "1970-01-03", "1970-01-04", "1970-01-05",
    ]

    private static func fraction(_ small: Int) -> String {
        small > 2 ? ".5Z" : small > 1 ? ".0005" : small < -2 ? "+00:00" : ""
    }

    // MARK: The naive meaning

    /// true, false, or nil for unknown.
    static func truth(_ expression: FilterExpression, _ cell: (String) -> Cell?) -> Bool? {
        switch expression {
        case .not(let part): return truth(part, cell).map { !$0 }
        case .and(let parts):
            let values = parts.map { truth($0, cell) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .or(let parts):
            let values = parts.map { truth($0, cell) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        case .isNull(let column): return cell(column.name) == nil
        case .isTrue(let column):
            return cell(column.name).map { $0 == .exact(1, scale: 0) }
        case .comparison(let column, let comparison, let literal):
            guard let value = cell(column.name) else { return nil }
            return compare(value, comparison, literal, type(of: column.name))
        case .membership(let column, let literals):
            guard let value = cell(column.name) else { return nil }
            return literals.contains { compare(value, .equal, $0, type(of: column.name)) }
        }
    }

    private static func type(of column: String) -> ColumnType {
        schema[column]?.type ?? .int64
    }

    private static func compare(
        _ cell: Cell, _ comparison: Comparison, _ literal: FilterLiteral, _ type: ColumnType
    ) -> Bool {
        switch (cell, literal.value) {
        case (.number(let value), .number(let text)):
            let other = type == .float ? Double(Float(text) ?? 0) : Double(text) ?? 0
            return holds(value, comparison, other)
        case (.exact(let value, let scale), .number(let text)):
            // Sixteen digits after the point are exact here; what is far away is only far away.
            let number = Double(text) ?? 0
            if abs(number) > 1e30 { return holds(0, comparison, number) }
            let digits = text.contains("e0") ? String(text.dropLast(2)) : text
            let parts = digits.split(separator: ".")
            let fraction = parts.count == 2 ? String(parts[1]) : ""
            var other = Int128(String(parts[0]) + fraction) ?? 0
            var left = value
            for _ in 0..<(16 - scale) { left *= 10 }
            for _ in 0..<(16 - fraction.count) { other *= 10 }
            return holds(left, comparison, other)
        case (.exact(let value, _), .boolean(let other)):
            return holds(value, comparison, other ? 1 : 0)
        case (.exact(let value, let scale), .text(let text)),
            (.exact(let value, let scale), .moment(_, let text)):
            if scale == 0 {
                return holds(value, comparison, Int128((days.firstIndex(of: text) ?? 0) - 4))
            }
            let clock = text.dropFirst("1970-01-01T00:00:0".count)
            let tenths: Int128 = clock.contains(".0005") ? 5 : clock.contains(".5") ? 5_000 : 0
            let seconds = Int128(clock.prefix(1)) ?? 0
            return holds(value * 10, comparison, seconds * 10_000 + tenths)
        case (.bytes(let value), .text(let text)):
            return holds(Bytes(value), comparison, Bytes(Array(text.utf8)))
        case (.bytes(let value), .bytes(let bytes)):
            return holds(Bytes(value), comparison, Bytes(bytes))
        default: return false
        }
    }

    private struct Bytes: Comparable {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        static func < (left: Bytes, right: Bytes) -> Bool {
            left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }

    private static func holds<Value: Comparable>(
        _ left: Value, _ comparison: Comparison, _ right: Value
    ) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}
