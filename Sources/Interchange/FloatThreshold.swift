/// Splits of libraries that round a value to a float before they compare it, in terms of the
/// double itself, and back.
enum FloatThreshold {
    /// The largest double `d` with: `x <= d` exactly when `Float(x) < threshold`.
    ///
    /// `x` rounds below the threshold up to the middle between it and the float before it; the
    /// middle itself goes to the even one of the two.
    /// - Parameter threshold: not NaN, above -infinity (nothing is below that).
    static func below(_ threshold: Float) -> Double {
        atMost(threshold.nextDown)
    }

    /// The largest double `d` with: `x <= d` exactly when `Float(x) <= threshold`.
    /// - Parameter threshold: not NaN.
    static func atMost(_ threshold: Float) -> Double {
        if threshold == .infinity { return .infinity }
        let next = threshold.nextUp
        // What a float past the largest one would be; doubles from half the way on are infinite.
        let upper = next == .infinity ? 0x1p128 : Double(next)
        let lower = threshold == -.infinity ? -0x1p128 : Double(threshold)
        let middle = lower / 2 + upper / 2
        let middleGoesDown =
            threshold == -.infinity || threshold.significandBitPattern & 1 == 0
        return middleGoesDown ? middle : middle.nextDown
    }

    /// The float `f` with: `x < f` exactly when `x <= threshold`, for all floats `x`.
    /// - Parameter threshold: not NaN.
    static func firstAbove(_ threshold: Double) -> Float {
        greatest(atMost: threshold).nextUp
    }

    /// The largest float at most `threshold`.
    static func greatest(atMost threshold: Double) -> Float {
        let rounded = Float(threshold)
        return Double(rounded) > threshold ? rounded.nextDown : rounded
    }
}
