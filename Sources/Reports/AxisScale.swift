/// A linear scale with ticks at round numbers.
package struct AxisScale: Hashable, Sendable {
    package let lower: Double
    package let upper: Double
    package let ticks: [Double]

    /// The smallest round range that holds `lower` and `upper`.
    /// - Parameters:
    ///   - tickCount: roughly so many steps.
    ///   - isTight: ends at the values themselves; ticks are then those inside.
    package init(_ lower: Double, _ upper: Double, tickCount: Int = 5, isTight: Bool = false) {
        var low = lower.isFinite ? lower : 0
        var high = upper.isFinite ? upper : low + 1
        if high < low { swap(&low, &high) }
        // A range of one value, or one too small beside its ends to be divided.
        if high - low <= max(abs(low), abs(high)) * 1e-12 {
            let margin = low == 0 ? 1 : abs(low) * 0.1
            low -= margin
            high += margin
        }
        let step = Self.roundStep((high - low) / Double(max(tickCount, 1)))
        let first = (low / step).rounded(isTight ? .up : .down)
        let last = (high / step).rounded(isTight ? .down : .up)
        guard step.isFinite, step > 0, last - first < 1_000 else {
            self.lower = low
            self.upper = high
            ticks = [low, high]
            return
        }
        ticks = (0...max(Int(last - first), 0)).map { (first + Double($0)) * step }
        self.lower = isTight ? low : first * step
        self.upper = isTight ? high : last * step
    }

    /// Where `value` lies: 0 at the lower end, 1 at the upper; clamped.
    func position(_ value: Double) -> Double {
        let share = (value - lower) / (upper - lower)
        return share.isNaN ? 0 : min(max(share, 0), 1)
    }

    /// 1, 2, 2.5 or 5 times a power of ten, the nearest above.
    private static func roundStep(_ step: Double) -> Double {
        guard step.isFinite, step > 0 else { return 1 }
        var power = 1.0
        while power * 10 <= step { power *= 10 }
        while power > step, power > 1e-300 { power /= 10 }
        for factor in [1, 2, 2.5, 5] where factor * power >= step * (1 - 1e-9) {
            return factor * power
        }
        return 10 * power
    }
}
