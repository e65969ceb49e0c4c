import Reports
import Testing

@Suite("Axes")
struct AxisScaleTests {
    @Test("ticks are round and hold the values")
    func ticks() {
        let scale = AxisScale(0.2, 47.3)
        #expect(scale.lower == 0 && scale.upper == 50)
        #expect(scale.ticks == [0, 10, 20, 30, 40, 50])
    }

    @Test("tight scales end at the values, ticks lie inside")
    func tight() {
        let scale = AxisScale(3, 107, isTight: true)
        #expect(scale.lower == 3 && scale.upper == 107)
        #expect(scale.ticks.allSatisfy { $0 >= 3 && $0 <= 107 } && !scale.ticks.isEmpty)
    }

    @Test(
        "any pair of numbers gives a scale that is wider than nothing and has few ticks",
        arguments: [
            (0.0, 0.0), (5, 5), (-3, -3), (1e300, 1e300), (.nan, 4), (0, .infinity), (7, 2),
            (1e15, 1e15 + 1), (-1e-300, 1e-300), (-1e308, 1e308), (1e-300, 2e-300),
        ])
    func extremes(lower: Double, upper: Double) {
        for isTight in [false, true] {
            let scale = AxisScale(lower, upper, isTight: isTight)
            #expect(scale.lower < scale.upper)
            #expect(scale.ticks.count < 1_001)
            #expect(scale.lower.isFinite && scale.upper.isFinite)
        }
    }
}
