import Columns

/// Dates and times of day as text, in ISO 8601's form: `2024-01-31`, `12:30`, `12:30:00.25`,
/// `2024-01-31 12:30:00.25Z`, `2024-01-31T12:30+02:00`.
enum CivilTime {
    static let nanosecondsPerDay: Int128 = 86_400_000_000_000

    /// A moment: nanoseconds since 1970-01-01T00:00.
    struct Moment: Hashable {
        let nanoseconds: Int128
        /// Whether the text says which zone it is in; `nanoseconds` is then UTC.
        let hasZone: Bool
    }

    /// Days since 1970-01-01, or nil if this is no date.
    static func days(_ text: Substring) -> Int64? {
        var text = text
        var isNegative = false
        if text.first == "-" {
            isNegative = true
            text = text.dropFirst()
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, (4...6).contains(parts[0].count), parts[1].count == 2,
            parts[2].count == 2, let year = digits(parts[0]), let month = digits(parts[1]),
            let day = digits(parts[2]), (1...12).contains(month)
        else { return nil }
        let signedYear = isNegative ? -year : year
        guard day >= 1, day <= dayCount(year: signedYear, month: month) else { return nil }
        return days(year: signedYear, month: month, day: day)
    }

    /// Nanoseconds since midnight, or nil if this is no time of day.
    static func timeOfDay(_ text: Substring) -> Int64? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count <= 2, (2...3).contains(parts.count),
            parts.allSatisfy({ $0.count == 2 }), let hour = digits(parts[0]), hour < 24,
            let minute = digits(parts[1]), minute < 60
        else { return nil }
        let second = parts.count == 3 ? digits(parts[2]) : 0
        guard let second, second < 60 else { return nil }
        var nanoseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000_000
        if halves.count == 2 {
            guard parts.count == 3, (1...9).contains(halves[1].count),
                var fraction = digits(halves[1])
            else { return nil }
            for _ in halves[1].count..<9 { fraction *= 10 }
            nanoseconds += fraction
        }
        return nanoseconds
    }

    /// A date alone is its midnight.
    static func moment(_ text: String) -> Moment? {
        let parts = text.split(
            maxSplits: 1, omittingEmptySubsequences: false,
            whereSeparator: { $0 == " " || $0 == "T" })
        guard let first = parts.first, let days = days(first) else { return nil }
        let midnight = Int128(days) * nanosecondsPerDay
        guard parts.count == 2 else { return Moment(nanoseconds: midnight, hasZone: false) }
        var clock = parts[1]
        var offset: Int64?
        if clock.last == "Z" {
            clock = clock.dropLast()
            offset = 0
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let minutes = offsetMinutes(clock[clock.index(after: sign)...]) else {
                return nil
            }
            offset = clock[sign] == "-" ? -minutes : minutes
            clock = clock[..<sign]
        }
        guard let time = timeOfDay(clock) else { return nil }
        let shift = Int128(offset ?? 0) * 60_000_000_000
        return Moment(nanoseconds: midnight + Int128(time) - shift, hasZone: offset != nil)
    }

    /// `02:00`, `0200` or `02`.
    private static func offsetMinutes(_ text: Substring) -> Int64? {
        let plain = text.filter { $0 != ":" }
        guard plain.count == 2 || plain.count == 4, let hours = digits(plain.prefix(2)),
            hours <= 18
        else { return nil }
        guard plain.count == 4 else { return hours * 60 }
        guard let minutes = digits(plain.suffix(2)), minutes < 60 else { return nil }
        return hours * 60 + minutes
    }

    private static func digits(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    private static func dayCount(year: Int64, month: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
