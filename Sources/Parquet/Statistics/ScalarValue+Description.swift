import Columns

extension ScalarValue: CustomStringConvertible {
    /// As people write it: numbers in decimal, times in ISO 8601, bytes in hex.
    package var description: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .float(let value): "\(value)"
        case .double(let value): "\(value)"
        case .decimal(let unscaled, let scale): Self.decimal(unscaled, scale: scale)
        case .date(let days): Self.date(Int64(days))
        case .time(let value, let unit): Self.time(value, unit)
        case .timestamp(let value, let unit, let isAdjustedToUTC):
            Self.timestamp(value, unit) + (isAdjustedToUTC ? "Z" : "")
        case .text(let value): value
        case .bytes(let value): Self.hex(value[...])
        case .uuid(let value): Self.uuid(value)
        }
    }

    private static func decimal(_ unscaled: Int128, scale: Int) -> String {
        guard scale > 0 else { return "\(unscaled)" }
        let digits = padded("\(unscaled.magnitude)", to: scale + 1)
        return (unscaled < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
    }

    private static func timestamp(_ value: Int64, _ unit: TimeUnit) -> String {
        let unitsPerDay = 86_400 * unit.perSecond
        var (days, rest) = value.quotientAndRemainder(dividingBy: unitsPerDay)
        if rest < 0 {
            days -= 1
            rest += unitsPerDay
        }
        return date(days) + "T" + time(rest, unit)
    }

    private static func time(_ value: Int64, _ unit: TimeUnit) -> String {
        let (seconds, fraction) = value.quotientAndRemainder(dividingBy: unit.perSecond)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { padded("\($0)", to: 2) }.joined(separator: ":")
        let digits =
            switch unit {
            case .milliseconds: 3
            case .microseconds: 6
            case .nanoseconds: 9
            }
        return fraction == 0 ? clock : clock + "." + padded("\(fraction)", to: digits)
    }

    /// The proleptic Gregorian date, counted in eras of 400 years that start in March, so that the
    /// leap day is the last of its year.
    private static func date(_ days: Int64) -> String {
        let daysPerEra: Int64 = 146_097
        // 0000-03-01 is 719,468 days before 1970-01-01.
        let (shifted, overflow) = days.addingReportingOverflow(719_468)
        guard !overflow else { return "day \(days)" }
        var era = shifted / daysPerEra
        if shifted % daysPerEra < 0 { era -= 1 }
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let yearText = year < 0 ? "-" + padded("\(-year)", to: 4) : padded("\(year)", to: 4)
        return "\(yearText)-\(padded("\(month)", to: 2))-\(padded("\(day)", to: 2))"
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        guard bytes.count == 16 else { return hex(bytes[...]) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { hex(bytes[$0]) }
            .joined(separator: "-")
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { padded(String($0, radix: 16), to: 2) }.joined()
    }

    private static func padded(_ digits: String, to count: Int) -> String {
        String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
