/// A number as it is written: `unscaled` / 10^`scale`, without rounding.
struct ExactNumber: Hashable {
    let unscaled: Int128
    let scale: Int

    /// nil if the text is no number, or has more than 38 digits that count.
    init?(_ text: String) {
        var unscaled: Int128 = 0
        var scale = 0
        var isNegative = false
        var isFraction = false
        var rest = text.utf8[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        while let byte = rest.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: ".") {
                isFraction = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (product, overflow) = unscaled.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            unscaled = sum
            if isFraction { scale += 1 }
        }
        if !rest.isEmpty {
            guard let exponent = Int(String(Substring(rest.dropFirst()))) else { return nil }
            scale = scale.subtractingReportingOverflow(exponent).partialValue
            guard exponent.magnitude < 1 << 30 else { return nil }
        }
        self.unscaled = isNegative ? -unscaled : unscaled
        self.scale = scale
    }

    init(_ unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = scale
    }

    /// The largest whole number of units of 10^-`targetScale` that is not above this number, and
    /// whether it is the number itself. Numbers past the range end at its ends, and are not exact.
    func floor(scale targetScale: Int) -> (value: Int128, isExact: Bool) {
        guard unscaled != 0 else { return (0, true) }
        var value = unscaled
        if targetScale >= scale {
            guard targetScale - scale <= 39 else { return saturated }
            for _ in 0..<(targetScale - scale) {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                guard !overflow else { return saturated }
                value = product
            }
            return (value, true)
        }
        guard scale - targetScale <= 39 else { return (unscaled < 0 ? -1 : 0, false) }
        var isExact = true
        for _ in 0..<(scale - targetScale) {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            isExact = isExact && remainder == 0
            value = remainder < 0 ? quotient - 1 : quotient
        }
        return (value, isExact)
    }

    private var saturated: (value: Int128, isExact: Bool) {
        (unscaled < 0 ? Int128.min : Int128.max, false)
    }
}
