import Reports
import Testing

@Suite("Numbers as text")
struct NumberTextTests {
    @Test(
        "four significant digits, grouped thousands, exponents at the ends",
        arguments: [
            (0.0, "0"), (1.0, "1"), (0.12345, "0.1235"), (12.5, "12.5"), (1234.56, "1235"),
            (26_033.0, "26\u{202F}033"), (1_234_567.0, "1\u{202F}234\u{202F}567"),
            (-3.14159, "−3.142"), (0.00001234, "1.234e-5"), (2e15, "2e15"), (0.9999999, "1"),
            (9.99996, "10"), (0.5, "0.5"), (100.0, "100"), (0.0001, "0.0001"),
            (Double.nan, "none"), (Double.infinity, "∞"), (-Double.infinity, "−∞"),
        ])
    func write(value: Double, text: String) {
        #expect(NumberText.write(value) == text)
    }

    @Test("percentages")
    func percent() {
        #expect(NumberText.percent(0.2413) == "24.1 %")
        #expect(NumberText.percent(.nan) == "none")
    }

    @Test("every finite number has a text that reads back within its digits")
    func roundTrip() throws {
        var value = 1.2345e-30
        while value < 1e30 {
            let text = NumberText.write(value).filter { $0 != "\u{202F}" }
            let read = try #require(Double(text), "\(text)")
            #expect(abs(read - value) <= value * 1e-3, "\(value) \(text)")
            value *= 7.3
        }
    }
}
