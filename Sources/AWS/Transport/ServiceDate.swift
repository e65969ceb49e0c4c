import SigV4

/// Dates as services write them.
enum ServiceDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The `Date` header, e.g. `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7; the old forms are
    /// not taken).
    /// - Returns: seconds since 1970.
    static func http(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        return seconds(date: [year, month + 1, day], clock: parts[4])
    }

    /// The expiry of credentials, e.g. `2026-11-23T20:17:00Z`, fractions of a second dropped.
    /// - Returns: seconds since 1970; nil for anything but UTC.
    static func iso8601(_ text: String) -> Int? {
        let parts = text.split(separator: "T")
        guard parts.count == 2 else { return nil }
        var clock = parts[1]
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        } else if clock.hasSuffix("+00:00") {
            clock = clock.dropLast(6)
        } else {
            return nil
        }
        if let point = clock.firstIndex(of: ".") { clock = clock[..<point] }
        return seconds(
            date: parts[0].split(separator: "-").compactMap { Int($0) }, clock: clock)
    }

    /// In the form that `iso8601(_:)` reads.
    static func iso8601(secondsSince1970: Int) -> String {
        var text = SigningTime(secondsSince1970: secondsSince1970).timestamp
        // `20261123T201700Z`, from its end.
        for (offset, mark) in [(13, ":"), (11, ":"), (6, "-"), (4, "-")] as [(Int, Character)] {
            text.insert(mark, at: text.index(text.startIndex, offsetBy: offset))
        }
        return text
    }

    private static func seconds(date: [Int], clock: Substring) -> Int? {
        let clock = clock.split(separator: ":").compactMap { Int($0) }
        guard date.count == 3, clock.count == 3, (1970...9999).contains(date[0]),
            (1...12).contains(date[1]), (1...31).contains(date[2]),
            (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = daysSince1970(year: date[0], month: date[1], day: date[2])
        return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    }

    /// Source: Hinnant, "chrono-compatible low-level date algorithms"; see `SigningTime`.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let yearOfEra = marchYear % 400
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return marchYear / 400 * 146_097 + dayOfEra - 719_468
    }
}
