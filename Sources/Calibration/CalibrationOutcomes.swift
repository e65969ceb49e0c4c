/// What rows must have before a curve can be fitted to them.
enum CalibrationOutcomes {
    /// - Throws: `outOfSpec` unless both outcomes come up among rows that weigh something.
    static func check(_ outcomes: [Double], _ weights: [Double]?) throws(CalibrationError) {
        var counts = [0, 0]
        for (row, outcome) in outcomes.enumerated() where (weights?[row] ?? 1) > 0 {
            counts[outcome > 0.5 ? 1 : 0] += 1
        }
        guard counts[0] > 0, counts[1] > 0 else {
            throw CalibrationError(
                .outOfSpec,
                "Of \(counts[0] + counts[1]) rows held out to calibrate on, \(counts[1]) are of "
                    + "the class; both kinds are needed. Hold out more rows.")
        }
    }
}
