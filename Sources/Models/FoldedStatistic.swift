/// The mean of the target for each category, smoothed towards the mean of all rows; for the rows of
/// training without those of their own fold, so that no row is told its own target.
///
/// Which fold a row belongs to depends on its number alone. A mean is `(sum of w y + smoothing ·
/// prior) / (sum of w + smoothing)`, the prior being the mean over all the rows that count.
/// Categories that are not listed have the prior. Source: Micci-Barreca 2001.
package struct FoldedStatistic: Hashable, Sendable {
    package static let foldCount = 5

    /// ((foldCount + 1) × codeCount) without each fold in turn, and of all rows.
    private let tables: [Double]
    private let codeCount: Int
    /// The mean over all rows.
    package let prior: Double
    /// (codeCount) the weight of the rows of each code.
    package let weights: [Double]

    /// - Parameter smoothing: rows that the prior counts for; 0 or more.
    package init(_ sums: Sums, smoothing: Double) {
        precondition(smoothing >= 0)
        codeCount = sums.codeCount
        let folds = 0..<Self.foldCount
        func total(_ values: [Double], _ code: Int, without fold: Int?) -> Double {
            folds.filter { $0 != fold }.reduce(0) { $0 + values[$1 * sums.codeCount + code] }
        }
        let codes = 0..<sums.codeCount
        let other = sums.codeCount - 1
        var tables: [Double] = []
        var prior = 0.0
        for fold in folds.map(Optional.some) + [nil] {
            let weights = codes.map { total(sums.weights, $0, without: fold) }
            let targets = codes.map { total(sums.targets, $0, without: fold) }
            let weight = weights.reduce(0, +)
            prior = weight > 0 ? targets.reduce(0, +) / weight : 0
            for code in codes {
                let divisor = weights[code] + smoothing
                tables.append(
                    code == other || divisor == 0
                        ? prior : (targets[code] + smoothing * prior) / divisor)
            }
        }
        self.tables = tables
        self.prior = prior
        weights = codes.map { total(sums.weights, $0, without: nil) }
    }

    /// (codeCount) of all rows: what prediction goes by.
    package var values: ArraySlice<Double> { tables[(Self.foldCount * codeCount)...] }

    /// What a row of training is told of its category.
    package func value(code: Int, row: Int) -> Double {
        tables[Self.fold(of: row) * codeCount + code]
    }

    package static func fold(of row: Int) -> Int {
        // SplitMix64 of the row's number (Steele et al. 2014, figure 17).
        var z = 0x9E37_79B9_7F4A_7C15 &* (UInt64(truncatingIfNeeded: row) &+ 1)
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(foldCount))
    }

    /// What is summed of the rows.
    package struct Sums: Hashable, Sendable {
        let codeCount: Int
        /// (foldCount × codeCount)
        fileprivate var weights: [Double]
        fileprivate var targets: [Double]
        /// What the rows that count are like.
        package private(set) var profile = FeatureProfile()

        package init(codeCount: Int) {
            precondition(codeCount > 1)
            self.codeCount = codeCount
            weights = Array(repeating: 0, count: FoldedStatistic.foldCount * codeCount)
            targets = weights
        }

        /// Adds a row that counts.
        package mutating func add(code: Int, row: Int, target: Double, weight: Double) {
            let index = FoldedStatistic.fold(of: row) * codeCount + code
            weights[index] += weight
            targets[index] += weight * target
            profile.rowCount += 1
            if code == codeCount - 2 { profile.missingCount += 1 }
            if code == codeCount - 1 { profile.otherCount += 1 }
        }
    }
}
