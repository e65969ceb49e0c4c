import Models

/// The values that a search may give one parameter, and how they are drawn.
enum SearchDimension: Hashable, Sendable {
    case uniform(ClosedRange<Double>)
    case logUniform(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case logInteger(ClosedRange<Int>)
    case choice([JSONValue])

    static let kinds = ["uniform", "log_uniform", "integer", "log_integer", "choice"]

    /// - Parameter random: the stream of one parameter of one trial.
    func draw(_ random: inout RandomStream) -> JSONValue {
        switch self {
        case .uniform(let range):
            let value = range.lowerBound + random.uniform() * (range.upperBound - range.lowerBound)
            return .number(Self.rounded(value, in: range))
        case .logUniform(let range):
            let (low, high) = (
                PortableMath.log(range.lowerBound), PortableMath.log(range.upperBound)
            )
            let value = PortableMath.exp(low + random.uniform() * (high - low))
            return .number(Self.rounded(value, in: range))
        case .integer(let range):
            let count = UInt64(range.upperBound - range.lowerBound) + 1
            return .integer(Int64(range.lowerBound + random.integer(below: count)))
        case .logInteger(let range):
            // Each whole number stands for the interval up to the next.
            let (low, high) = (
                PortableMath.log(Double(range.lowerBound)),
                PortableMath.log(Double(range.upperBound) + 1)
            )
            let value = PortableMath.exp(low + random.uniform() * (high - low))
            return .integer(
                Int64(min(max(Int(value.rounded(.down)), range.lowerBound), range.upperBound)))
        case .choice(let values): return values[random.integer(below: UInt64(values.count))]
        }
    }

    /// The values at the ends, or all of a choice: what must be allowed for the rest to be.
    var extremes: [JSONValue] {
        switch self {
        case .uniform(let range), .logUniform(let range):
            [.number(range.lowerBound), .number(range.upperBound)]
        case .integer(let range), .logInteger(let range):
            [.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound))]
        case .choice(let values): values
        }
    }

    /// Four significant digits: enough to choose by, and short enough to type again.
    static func rounded(_ value: Double, in range: ClosedRange<Double>) -> Double {
        guard value != 0 else { return value }
        var digits = 3
        var magnitude = abs(value)
        while magnitude >= 10, digits > -19 {
            magnitude /= 10
            digits -= 1
        }
        while magnitude < 1, digits < 22 {
            magnitude *= 10
            digits += 1
        }
        // Powers of ten up to the 22nd are exact, so that the result is the nearest double.
        var power = 1.0
        for _ in 0..<abs(digits) { power *= 10 }
        let result =
            digits >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
        return min(max(result, range.lowerBound), range.upperBound)
    }
}
