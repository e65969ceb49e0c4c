import Calibration
import TestSupport
import Testing

@Suite("PlattScaling")
struct PlattScalingTests {
    private func sigmoid(_ z: Double) -> Double {
        // A rational series is enough here: e^-z by repeated squaring of a short Taylor sum.
        var term = 1.0
        var e = 1.0
        let x = -z / 1024
        for k in 1..<12 {
            term *= x / Double(k)
            e += term
        }
        for _ in 0..<10 { e *= e }
        return 1 / (1 + e)
    }

    @Test("finds the sigmoid that distorted the probabilities")
    func findsSlope() throws {
        var random = SeededGenerator(seed: 1)
        var probabilities: [Double] = []
        var outcomes: [Double] = []
        for _ in 0..<200_000 {
            let z = Double.random(in: -3...3, using: &random)
            probabilities.append(sigmoid(z))
            let truth = sigmoid(0.5 * z - 0.25)
            outcomes.append(Double.random(in: 0..<1, using: &random) < truth ? 1 : 0)
        }
        let (slope, intercept) = try PlattScaling.fit(
            probabilities: probabilities, outcomes: outcomes)
        #expect(isClose(slope, 0.5, absolute: 0.01))
        #expect(isClose(intercept, -0.25, absolute: 0.015))
    }

    @Test("separable outcomes and equal scores have finite coefficients")
    func staysFinite() throws {
        for probabilities in [[0.1, 0.2, 0.8, 0.9], [0.5, 0.5, 0.5, 0.5], [0, 0, 1, 1]] {
            let (slope, intercept) = try PlattScaling.fit(
                probabilities: probabilities, outcomes: [0, 0, 1, 1])
            #expect(slope.isFinite && intercept.isFinite && slope >= 0)
        }
    }

    @Test("the gradient is 0 at the fit", arguments: 0..<10 as Range<UInt64>)
    func isStationary(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = 200
        let probabilities = (0..<count).map { _ in Double.random(in: 0.01...0.99, using: &random) }
        let outcomes = probabilities.map {
            Double.random(in: 0..<1, using: &random) < $0 * $0 ? 1.0 : 0
        }
        let (slope, intercept) = try PlattScaling.fit(
            probabilities: probabilities, outcomes: outcomes)
        let positives = outcomes.reduce(0, +)
        let targets = [
            1 / (Double(count) - positives + 2), (positives + 1) / (positives + 2),
        ]
        var gradient = (0.0, 0.0)
        for row in 0..<count {
            let x = PlattScaling.logit(probabilities[row])
            let error = sigmoid(slope * x + intercept) - targets[Int(outcomes[row])]
            gradient.0 += error * x
            gradient.1 += error
        }
        #expect(abs(gradient.0) < 1e-5 && abs(gradient.1) < 1e-5)
    }
}
