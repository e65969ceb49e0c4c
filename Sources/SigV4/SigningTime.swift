/// A moment in the form that a signature needs, e.g. `20150830T123600Z`.
package struct SigningTime: Hashable, Sendable {
    /// `YYYYMMDD'T'HHMMSS'Z'`, in UTC.
    package let timestamp: String

    /// `YYYYMMDD`
    package var date: String { String(timestamp.prefix(8)) }

    /// - Parameter seconds: since 1970-01-01T00:00:00Z; years 1970 to 9999.
    package init(secondsSince1970 seconds: Int) {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let (year, month, day) = Self.civil(daysSince1970: seconds / 86_400)
        let second = seconds % 86_400
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        timestamp =
            padded(year, 4) + padded(month, 2) + padded(day, 2) + "T"
            + padded(second / 3_600, 2) + padded(second / 60 % 60, 2) + padded(second % 60, 2) + "Z"
    }

    /// The Gregorian date. Years are counted from March, so that the leap day is a year's last day;
    /// 400 years have 146,097 days. Source: Hinnant, "chrono-compatible low-level date algorithms".
    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}
