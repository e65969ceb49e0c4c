import TestSupport
import Testing

@testable import Predictions

@Suite("GaussLegendre")
struct GaussLegendreTests {
    @Test("integrates powers up to twice its points exactly", arguments: 1...64)
    func powers(pointCount: Int) {
        let rule = GaussLegendre(pointCount: pointCount)
        #expect(rule.points.count == pointCount && rule.weights.count == pointCount)
        for (low, high) in zip(rule.points, rule.points.dropFirst()) { #expect(low < high) }
        for power in 0..<2 * pointCount {
            var integral = 0.0
            for (point, weight) in zip(rule.points, rule.weights) {
                integral += weight * (0..<power).reduce(1.0) { value, _ in value * point }
            }
            #expect(isClose(integral, 1 / Double(power + 1), relative: 1e-12))
        }
    }

    @Test("is no longer exact one power further")
    func limit() {
        let rule = GaussLegendre(pointCount: 2)
        let fourth = zip(rule.points, rule.weights).reduce(0) { sum, pair in
            sum + pair.1 * pair.0 * pair.0 * pair.0 * pair.0
        }
        #expect(abs(fourth - 0.2) > 1e-3)
    }
}
