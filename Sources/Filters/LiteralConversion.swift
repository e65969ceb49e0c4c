import Columns

/// Turns a comparison with a literal into the set of a column's values for which it holds.
struct LiteralConversion {
    let expression: String
    let column: String
    let type: ColumnType

    /// - Throws: `typeMismatch` for a literal that is none of the column's type.
    func set(_ comparison: Comparison, _ literal: FilterLiteral) throws(FilterError) -> ValueSet {
        switch type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
            .integers(Self.ranges(comparison, try number(literal).floor(scale: 0)))
        case .decimal(_, let scale):
            .integers(Self.ranges(comparison, try number(literal).floor(scale: scale)))
        case .float16, .float: try floats(comparison, literal, isSingle: true)
        case .double: try floats(comparison, literal, isSingle: false)
        case .boolean: .integers(Self.ranges(comparison, (try boolean(literal) ? 1 : 0, true)))
        case .date: .integers(Self.ranges(comparison, (try date(literal), true)))
        case .time(let unit, _):
            .integers(Self.ranges(comparison, Self.ticks(try time(literal), unit)))
        case .timestamp(let unit, let isUTC):
            .integers(
                Self.ranges(
                    comparison, Self.ticks(try timestamp(literal, isUTC: isUTC), unit)))
        case .string: .texts(Self.ranges(comparison, Array(try text(literal).utf8)))
        case .binary, .fixedBinary: .texts(Self.ranges(comparison, try bytes(literal)))
        case .uuid: .texts(Self.ranges(comparison, try uuid(literal)))
        }
    }

    // MARK: Ranges

    /// Whole numbers that compare so with a number whose floor is known.
    static func ranges(
        _ comparison: Comparison, _ bound: (value: Int128, isExact: Bool)
    ) -> [ClosedRange<Int128>] {
        let floor = bound.value
        let below = floor == .min ? [] : [Int128.min...floor - 1]
        let above = floor == .max ? [] : [floor + 1...Int128.max]
        switch comparison {
        case .equal: return bound.isExact ? [floor...floor] : []
        case .notEqual: return bound.isExact ? below + above : [.min ... .max]
        case .less: return bound.isExact ? below : [.min...floor]
        case .lessOrEqual: return [.min...floor]
        case .greater: return above
        case .greaterOrEqual: return bound.isExact ? [floor ... .max] : above
        }
    }

    static func ranges(_ comparison: Comparison, _ bytes: [UInt8]) -> [TextRange] {
        let next = TextRange.successor(bytes)
        let below = bytes.isEmpty ? [] : [TextRange(lower: [], end: bytes)]
        let above = [TextRange(lower: next, end: nil)]
        return switch comparison {
        case .equal: [.exactly(bytes)]
        case .notEqual: below + above
        case .less: below
        case .lessOrEqual: [TextRange(lower: [], end: next)]
        case .greater: above
        case .greaterOrEqual: [TextRange(lower: bytes, end: nil)]
        }
    }

    /// The literal is the nearest value of the column's own type, so that `0.1` finds what was
    /// stored as 0.1.
    private func floats(
        _ comparison: Comparison, _ literal: FilterLiteral, isSingle: Bool
    ) throws(FilterError) -> ValueSet {
        guard case .number(let text) = literal.value else { throw mismatch(literal, "a number") }
        let value: Double
        let below: Double
        let above: Double
        if isSingle {
            let single = Float(text) ?? .nan
            (value, below, above) = (Double(single), Double(single.nextDown), Double(single.nextUp))
        } else {
            value = Double(text) ?? .nan
            (below, above) = (value.nextDown, value.nextUp)
        }
        guard value.isFinite else {
            throw error(literal, "\(text) is out of the range of \(isSingle ? "float" : "double")")
        }
        let lower = [-Double.infinity...below]
        let upper = [above...Double.infinity]
        return switch comparison {
        case .equal: .numbers([value...value])
        case .notEqual: .numbers(lower + upper)
        case .less: .numbers(lower)
        case .lessOrEqual: .numbers([-Double.infinity...value])
        case .greater: .numbers(upper)
        case .greaterOrEqual: .numbers([value...Double.infinity])
        }
    }

    /// Nanoseconds as ticks of a unit.
    private static func ticks(
        _ nanoseconds: Int128, _ unit: TimeUnit
    ) -> (value: Int128, isExact: Bool) {
        let digits =
            switch unit {
            case .milliseconds: 3
            case .microseconds: 6
            case .nanoseconds: 9
            }
        return ExactNumber(nanoseconds, scale: 9).floor(scale: digits)
    }

    // MARK: Literals

    private func number(_ literal: FilterLiteral) throws(FilterError) -> ExactNumber {
        guard case .number(let text) = literal.value else { throw mismatch(literal, "a number") }
        guard let number = ExactNumber(text) else {
            throw error(literal, "\(text) has more than 38 digits")
        }
        return number
    }

    private func boolean(_ literal: FilterLiteral) throws(FilterError) -> Bool {
        guard case .boolean(let value) = literal.value else {
            throw mismatch(literal, "TRUE or FALSE")
        }
        return value
    }

    private func date(_ literal: FilterLiteral) throws(FilterError) -> Int128 {
        guard let text = momentText(literal, keyword: "DATE"), let days = CivilTime.days(text[...])
        else { throw mismatch(literal, "a date such as '2024-01-31'") }
        return Int128(days)
    }

    private func time(_ literal: FilterLiteral) throws(FilterError) -> Int128 {
        guard let text = momentText(literal, keyword: "TIME"),
            let nanoseconds = CivilTime.timeOfDay(text[...])
        else { throw mismatch(literal, "a time such as '12:30:00'") }
        return Int128(nanoseconds)
    }

    private func timestamp(
        _ literal: FilterLiteral, isUTC: Bool
    ) throws(FilterError) -> Int128 {
        let text =
            momentText(literal, keyword: "TIMESTAMP") ?? momentText(literal, keyword: "DATE")
        guard let text, let moment = CivilTime.moment(text) else {
            throw mismatch(literal, "a timestamp such as '2024-01-31 12:30:00'")
        }
        guard isUTC || !moment.hasZone else {
            throw error(
                literal, "the timestamps of '\(column)' have no time zone: leave it out")
        }
        return moment.nanoseconds
    }

    private func momentText(_ literal: FilterLiteral, keyword: String) -> String? {
        switch literal.value {
        case .text(let text): text
        case .moment(keyword, let text): text
        default: nil
        }
    }

    private func text(_ literal: FilterLiteral) throws(FilterError) -> String {
        guard case .text(let text) = literal.value else {
            throw mismatch(literal, "text in 'single quotes'")
        }
        return text
    }

    private func bytes(_ literal: FilterLiteral) throws(FilterError) -> [UInt8] {
        guard case .bytes(let bytes) = literal.value else {
            throw mismatch(literal, "bytes such as X'0AFF'")
        }
        return bytes
    }

    private func uuid(_ literal: FilterLiteral) throws(FilterError) -> [UInt8] {
        if case .bytes(let bytes) = literal.value, bytes.count == 16 { return bytes }
        if case .text(let text) = literal.value {
            let digits = Array(text.filter { $0 != "-" })
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            if digits.count == 32, bytes.count == 16, digits.allSatisfy(\.isHexDigit) {
                return bytes
            }
        }
        throw mismatch(literal, "a UUID in 'single quotes'")
    }

    private func mismatch(_ literal: FilterLiteral, _ expected: String) -> FilterError {
        error(
            literal, "the column '\(column)' (\(type)) is compared with \(expected), not with this")
    }

    private func error(_ literal: FilterLiteral, _ message: String) -> FilterError {
        FilterError(.typeMismatch, message, at: literal.place, in: expression)
    }
}
