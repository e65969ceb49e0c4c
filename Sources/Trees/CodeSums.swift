/// Takes the sums of the features that share a column out of those of its codes.
///
/// A code is `… + bin × multiplier + …`. From the largest multiplier down, each feature's sums are
/// those of stretches of codes; then the stretches are added up, and what remains are the codes of
/// the other features: each code is added a few times in all, not once for each feature.
enum CodeSums {
    /// The feature's sums among codes that it has the largest multiplier of.
    /// - Parameters:
    ///   - sums: (binCount × multiplier)
    ///   - result: (binCount)
    static func add(
        _ sums: UnsafePointer<Int64>, multiplier: Int, binCount: Int,
        into result: UnsafeMutablePointer<Int64>
    ) {
        for bin in 0..<binCount {
            let stretch = sums + bin &* multiplier
            var sum: Int64 = 0
            for code in 0..<multiplier { sum &+= stretch[code] }
            result[bin] = sum
        }
    }

    /// Adds the stretches of this feature up, in the first of them.
    /// - Parameter sums: (binCount × multiplier)
    static func fold(_ sums: UnsafeMutablePointer<Int64>, multiplier: Int, binCount: Int) {
        for bin in 1..<binCount {
            let stretch = sums + bin &* multiplier
            for code in 0..<multiplier { sums[code] &+= stretch[code] }
        }
    }
}
