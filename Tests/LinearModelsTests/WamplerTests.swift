import LinearModels
import Models
import TestSupport
import Testing

/// NIST's Wampler data (Statistical Reference Datasets, linear regression): a polynomial of degree
/// 5 over 0…20, exact or with growing disturbances, and certified coefficients. All but Wampler2
/// have coefficients of 1.
@Suite("Certified digits of polynomials")
struct WamplerTests {
    /// The disturbance of Wampler3; Wampler4 has a hundredfold, Wampler5 ten thousand times.
    private static let disturbance: [Double] = [
        759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048,
        2048, -2048, 2523, -2048, 2048, -2048, 759,
    ]

    /// Six digits of the worst coefficient: centred and standardised, the normal equations have a
    /// condition of 3 · 10^6, and the term of x is a millionth of the term of x^5.
    @Test(
        "coefficients",
        arguments: [(1, 1.0, 0.0), (2, 0.1, 0), (3, 1, 1), (4, 1, 100), (5, 1, 10_000)])
    func certified(number: Int, base: Double, factor: Double) throws {
        let x = (0...20).map(Double.init)
        var powers: [[Double]] = []
        var coefficients: [Double] = []
        var power = x
        var coefficient = base
        for _ in 0..<5 {
            powers.append(power)
            coefficients.append(coefficient)
            power = zip(power, x).map(*)
            coefficient *= base
        }
        var table = Table()
        for (index, column) in powers.enumerated() { table.add("x\(index + 1)", column) }
        let target = x.indices.map { row in
            var sum = 1 + factor * Self.disturbance[row]
            for (column, coefficient) in zip(powers, coefficients) {
                sum += coefficient * column[row]
            }
            return sum
        }
        let fit = try table.fit(target: target, lambdaL2: 0)
        #expect(fit.method == .cholesky)
        for (found, expected) in zip(fit.model.coefficients, coefficients) {
            #expect(isClose(found, expected, relative: 1e-6), "Wampler\(number)")
        }
    }
}
