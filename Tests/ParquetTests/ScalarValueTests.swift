import Columns
import Parquet
import Testing

@Suite("ScalarValue")
struct ScalarValueTests {
    @Test(
        "reads as people write it",
        arguments: [
            (.date(0), "1970-01-01"), (.date(-1), "1969-12-31"), (.date(11_016), "2000-02-29"),
            (.date(-719_162), "0001-01-01"), (.date(-719_529), "-0001-12-31"),
            (.date(2_932_896), "9999-12-31"),
            (.timestamp(-1, .microseconds, isAdjustedToUTC: true), "1969-12-31T23:59:59.999999Z"),
            (
                .timestamp(1_704_141_296_123, .milliseconds, isAdjustedToUTC: false),
                "2024-01-01T20:34:56.123"
            ),
            (
                .timestamp(.min, .nanoseconds, isAdjustedToUTC: false),
                "1677-09-21T00:12:43.145224192"
            ),
            (
                .timestamp(.max, .milliseconds, isAdjustedToUTC: false),
                "292278994-08-17T07:12:55.807"
            ),
            (.time(3_600_000_000, .microseconds), "01:00:00"),
            (.decimal(unscaled: -5, scale: 3), "-0.005"),
            (.decimal(unscaled: 12_345, scale: 2), "123.45"),
            (.decimal(unscaled: 7, scale: 0), "7"),
            (.bytes([0, 255]), "00ff"),
            (.uuid(Array(0..<16)), "00010203-0405-0607-0809-0a0b0c0d0e0f"),
            (.unsigned(.max), "18446744073709551615"), (.float(0.1), "0.1"),
        ] as [(ScalarValue, String)])
    func description(value: ScalarValue, text: String) {
        #expect(value.description == text)
    }

    @Test("strings compare by bytes, unsigned numbers as such, NaN not at all")
    func order() {
        #expect(ScalarValue.text("z").isLess(than: .text("é")))
        #expect(ScalarValue.unsigned(1).isLess(than: .unsigned(.max)))
        #expect(!ScalarValue.double(.nan).isLess(than: .double(1)))
        #expect(!ScalarValue.double(1).isLess(than: .integer(2)))
    }
}
