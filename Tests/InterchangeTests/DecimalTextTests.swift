import TestSupport
import Testing

@testable import Interchange

@Suite("DecimalText")
struct DecimalTextTests {
    @Test(
        "reads what it should",
        arguments: [
            ("0", 0), ("-0.5", -0.5), ("1e300", 1e300), ("17.25E-1", 1.725), ("+3", 3),
            ("1.0000000180025095e-35", 1.0000000180025095e-35), ("inf", .infinity),
            ("-Infinity", -.infinity),
            ("123456789012345678901234567890", 0x1.8ee90ff6c373ep96),
            ("9007199254740993", 9007199254740992), ("1e400", .infinity), (".5", 0.5),
        ])
    func reads(text: String, value: Double) {
        #expect(Self.parse(text) == value)
    }

    @Test(
        "refuses what is no number",
        arguments: ["", "-", "1e", "1e+", "0x10", "1 ", "1.2.3", "e5", "--1"])
    func refuses(text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test("reads what the standard library writes, to the bit", arguments: 0..<20 as Range<UInt64>)
    func property(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { #expect(Self.parse("\(value)") == value) }
            let short = (Double.random(in: -1e6...1e6, using: &random) * 1000).rounded() / 1000
            #expect(Self.parse("\(short)") == Double("\(short)"))
        }
    }

    private static func parse(_ text: String) -> Double? {
        Array(text.utf8).withUnsafeBufferPointer { DecimalText.parse($0) }
    }
}
