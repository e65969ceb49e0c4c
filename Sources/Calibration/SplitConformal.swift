/// The margin that makes intervals hold the truth in a stated share of the cases.
///
/// Rows that training never saw are exchangeable with those to come, so the share of new rows
/// whose score is at most the margin is at least `level` on average, and at most `level` plus
/// 1 / (rows + 1) where no two scores are equal (Vovk et al. 2005; Lei et al. 2018, theorem 2).
package enum SplitConformal {
    /// How far the truth lies from a prediction: the score of `prediction ± margin`.
    package static func score(prediction: Double, truth: Double) -> Double {
        abs(truth - prediction)
    }

    /// How far the truth lies outside two bounds, negative inside: the score of conformalised
    /// quantiles (Romano, Patterson, Candès 2019, equation 6).
    package static func score(lower: Double, upper: Double, truth: Double) -> Double {
        max(lower - truth, truth - upper)
    }

    /// Rows below which no finite margin keeps `level`.
    package static func rowCountMin(level: Double) -> Int {
        var count = 1
        while Double(count) < rank(of: count, level) { count += 1 }
        return count
    }

    /// The smallest score that holds `level` of the weight, one more row counted as outside.
    /// - Parameters:
    ///   - scores: (rows) finite, any order.
    ///   - weights: (rows), not negative; nil counts every row as 1. The row to come is taken to
    ///     weigh as much as the mean row.
    ///   - level: above 0 and below 1.
    /// - Throws: `outOfSpec` when the rows are too few for the level.
    /// - Complexity: O(rows log rows).
    package static func margin(
        scores: [Double], weights: [Double]? = nil, level: Double
    ) throws(CalibrationError) -> Double {
        precondition(level > 0 && level < 1)
        precondition(weights.map { $0.count == scores.count } ?? true)
        let used = scores.indices.filter { (weights?[$0] ?? 1) > 0 }
        guard let weights else {
            let sorted = scores.sorted()
            let rank = rank(of: sorted.count, level)
            guard !sorted.isEmpty, rank <= Double(sorted.count) else {
                throw tooFew(sorted.count, level)
            }
            return sorted[max(Int(rank), 1) - 1]
        }
        let order = used.sorted {
            scores[$0] != scores[$1] ? scores[$0] < scores[$1] : $0 < $1
        }
        var total = 0.0
        for row in order { total += weights[row] }
        let needed = level * (total + total / Double(max(order.count, 1)))
        var sum = 0.0
        for row in order {
            sum += weights[row]
            if sum >= needed * (1 - 1e-12) { return scores[row] }
        }
        throw tooFew(order.count, level)
    }

    /// `ceil(level * (count + 1))`, not raised by the rounding of `level`.
    private static func rank(of count: Int, _ level: Double) -> Double {
        (level * Double(count + 1) * (1 - 1e-12)).rounded(.up)
    }

    private static func tooFew(_ count: Int, _ level: Double) -> CalibrationError {
        CalibrationError(
            .outOfSpec,
            "\(count) rows cannot calibrate an interval of level \(level), which needs at least "
                + "\(rowCountMin(level: level)). Hold out more rows, or lower the level.")
    }
}
