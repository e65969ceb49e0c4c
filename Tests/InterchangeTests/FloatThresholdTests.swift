import TestSupport
import Testing

@testable import Interchange

@Suite("FloatThreshold")
struct FloatThresholdTests {
    private static let special: [Float] = [
        0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
        .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, 0.1, 16_777_216,
    ]

    /// Doubles next to a float and to the middles on its both sides.
    private static func neighbours(of value: Float) -> [Double] {
        let centre = Double(value)
        let below = Double(value.nextDown) / 2 + centre / 2
        let above = Double(value.nextUp) / 2 + centre / 2
        return [centre, below, above].flatMap { [$0, $0.nextDown, $0.nextUp] }
            + [0, -0.0, 1e300, -1e300, .infinity, -.infinity, 0x1.ffffffp127, -0x1.ffffffp127]
    }

    private static func thresholds(_ seed: UInt64) -> [Float] {
        var random = SeededGenerator(seed: seed)
        return (0..<200).map { _ in Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
        }
        .filter { !$0.isNaN } + special
    }

    @Test("doubles part as their floats do", arguments: 0..<20 as Range<UInt64>)
    func doubles(seed: UInt64) {
        for threshold in Self.thresholds(seed) {
            for value in Self.neighbours(of: threshold) where !value.isNaN {
                if threshold > -.infinity {
                    #expect(
                        (value <= FloatThreshold.below(threshold)) == (Float(value) < threshold),
                        "\(value) < \(threshold)")
                }
                #expect(
                    (value <= FloatThreshold.atMost(threshold)) == (Float(value) <= threshold),
                    "\(value) <= \(threshold)")
            }
        }
    }

    @Test("floats part as the double did", arguments: 0..<20 as Range<UInt64>)
    func floats(seed: UInt64) {
        for near in Self.thresholds(seed) {
            for threshold in Self.neighbours(of: near) where !threshold.isNaN {
                for value in [near, near.nextUp, near.nextDown] where value.isFinite {
                    #expect(
                        (value < FloatThreshold.firstAbove(threshold))
                            == (Double(value) <= threshold))
                    #expect(
                        (value <= FloatThreshold.greatest(atMost: threshold))
                            == (Double(value) <= threshold))
                }
            }
        }
    }
}
