/// Numbers as people read them.
package enum NumberText {
    /// Four significant digits; thousands are grouped with thin spaces; tiny and huge numbers have
    /// an exponent.
    package static func write(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return value.isNaN ? "none" : value > 0 ? "∞" : "−∞" }
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        if magnitude >= 1e15 || magnitude < 1e-4 { return exponential(value, digits: digits) }
        var decimals = 0
        var step = 1.0
        while magnitude * step < power(digits - 1), decimals < 8 {
            step *= 10
            decimals += 1
        }
        let scaled = (magnitude * step).rounded()
        let whole = (scaled / step).rounded(.down)
        var text = grouped(Int(whole))
        var fraction = Int(scaled - whole * step)
        if fraction > 0 {
            var count = decimals
            while fraction % 10 == 0 {
                fraction /= 10
                count -= 1
            }
            let digitsText = "\(fraction)"
            text += "." + String(repeating: "0", count: count - digitsText.count) + digitsText
        }
        return value < 0 ? "−" + text : text
    }

    package static func write(_ value: Int) -> String {
        value < 0 ? "−" + grouped(Int(value.magnitude)) : grouped(value)
    }

    /// A share as a percentage.
    package static func percent(_ share: Double) -> String {
        share.isFinite ? write(share * 100, digits: 3) + " %" : "none"
    }

    /// A coordinate of a drawing: a tenth of a unit is finer than anybody sees.
    static func coordinate(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 1e9 else { return "0" }
        let number = Int(tenths)
        let whole = number.magnitude / 10
        let tenth = number.magnitude % 10
        return (number < 0 ? "-" : "") + (tenth == 0 ? "\(whole)" : "\(whole).\(tenth)")
    }

    /// An opacity: two decimals.
    static func share(_ value: Double) -> String {
        let hundredths = Int((min(max(value, 0), 1) * 100).rounded())
        return hundredths == 100 ? "1" : "0." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
    }

    private static func power(_ exponent: Int) -> Double {
        (0..<max(exponent, 0)).reduce(1) { result, _ in result * 10 }
    }

    private static func grouped(_ value: Int) -> String {
        let digits = Array("\(value)")
        guard digits.count > 4 else { return String(digits) }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    private static func exponential(_ value: Double, digits: Int) -> String {
        var exponent = 0
        var mantissa = abs(value)
        while mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        let text = write(mantissa, digits: digits) + "e\(exponent)"
        return value < 0 ? "−" + text : text
    }
}
