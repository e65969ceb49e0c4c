/// Gauss-Legendre quadrature on [0, 1]: `n` points, exact for polynomials of degree `2n - 1`.
///
/// Nothing but the four operations makes the points, so they are the same bits everywhere.
struct GaussLegendre: Sendable {
    /// (n), ascending, inside (0, 1).
    let points: [Double]
    /// (n), with a sum of 1.
    let weights: [Double]

    /// - Precondition: 1 or more points.
    init(pointCount: Int) {
        precondition(pointCount >= 1)
        var points: [Double] = []
        var weights: [Double] = []
        for index in 0..<pointCount {
            // Tricomi's first guess of the root, then Newton's steps.
            let angle = (Double(pointCount - index) - 0.25) / (Double(pointCount) + 0.5)
            var x = Self.cosine(ofPi: angle)
            var slope = 1.0
            for _ in 0..<8 {
                let (value, derivative) = Self.legendre(pointCount, x)
                slope = derivative
                x -= value / derivative
            }
            points.append((1 + x) / 2)
            weights.append(1 / ((1 - x * x) * slope * slope))
        }
        self.points = points
        self.weights = weights
    }

    /// The Legendre polynomial of degree `n` and its derivative at `x`, inside (-1, 1).
    private static func legendre(_ n: Int, _ x: Double) -> (value: Double, derivative: Double) {
        var previous = 1.0
        var value = x
        for k in 1..<max(n, 1) {
            let next = (Double(2 * k + 1) * x * value - Double(k) * previous) / Double(k + 1)
            previous = value
            value = next
        }
        return (value, Double(n) * (x * value - previous) / (x * x - 1))
    }

    /// cos(pi · x) for `x` in [0, 1], to about nine digits: enough to start from.
    private static func cosine(ofPi x: Double) -> Double {
        if x > 0.5 { return -cosine(ofPi: 1 - x) }
        let square = (Double.pi * x) * (Double.pi * x)
        var sum = 1.0
        var term = 1.0
        for k in 1...8 {
            term *= -square / Double((2 * k - 1) * (2 * k))
            sum += term
        }
        return sum
    }
}
