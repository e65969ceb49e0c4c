/// A number as the unevaluated sum of two doubles, about 32 digits (Dekker 1971).
struct DoubleDouble: Hashable, Sendable {
    /// The sum, rounded.
    private(set) var high: Double
    /// What rounding took off, at most half a unit of the last place of `high`.
    private(set) var low: Double

    init(_ value: Double = 0) {
        high = value
        low = 0
    }

    /// - Parameters: any two numbers.
    init(high: Double, low: Double) { self = Self.sum(high, low) }

    private init(exactly high: Double, _ low: Double) {
        self.high = high
        self.low = low
    }

    var value: Double { high }
    var isFinite: Bool { high.isFinite && low.isFinite }

    /// The exact sum (Knuth's two-sum).
    static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
        let s = a + b
        let t = s - a
        return DoubleDouble(exactly: s, (a - (s - t)) + (b - t))
    }

    /// The exact product.
    static func product(_ a: Double, _ b: Double) -> DoubleDouble {
        let p = a * b
        return DoubleDouble(exactly: p, (-p).addingProduct(a, b))
    }

    /// As `sum`, where |a| ≥ |b|.
    private static func ordered(_ a: Double, _ b: Double) -> DoubleDouble {
        let s = a + b
        return DoubleDouble(exactly: s, b - (s - a))
    }

    static func + (a: Self, b: Self) -> Self {
        let high = sum(a.high, b.high)
        let low = sum(a.low, b.low)
        let middle = ordered(high.high, high.low + low.high)
        return ordered(middle.high, middle.low + low.low)
    }

    static prefix func - (a: Self) -> Self { DoubleDouble(exactly: -a.high, -a.low) }
    static func - (a: Self, b: Self) -> Self { a + -b }

    static func * (a: Self, b: Self) -> Self {
        let p = product(a.high, b.high)
        return ordered(p.high, p.low + (a.high * b.low + a.low * b.high))
    }

    static func * (a: Self, b: Double) -> Self {
        let p = product(a.high, b)
        return ordered(p.high, p.low + a.low * b)
    }

    static func / (a: Self, b: Self) -> Self {
        let first = a.high / b.high
        let rest = a - b * first
        let second = rest.high / b.high
        let third = (rest - b * second).high / b.high
        return ordered(first, second) + DoubleDouble(third)
    }

    static func / (a: Self, b: Double) -> Self { a / DoubleDouble(b) }

    static func += (a: inout Self, b: Self) { a = a + b }
    static func -= (a: inout Self, b: Self) { a = a - b }

    /// - Precondition: not negative.
    var squareRoot: Self {
        guard high > 0 else { return DoubleDouble() }
        let root = high.squareRoot()
        let rest = self - Self.product(root, root)
        return Self.ordered(root, rest.high / (2 * root))
    }
}
