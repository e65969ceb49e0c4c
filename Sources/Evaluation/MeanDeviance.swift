import CKernels

/// Likelihoods of positive means. Source of the details (clipping, constants left out): LightGBM's
/// metrics, so that figures can be compared.
enum MeanDeviance {
    private static let meanMin = 1e-10

    static func poisson(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let mean = positive(rows.predictions[row])
                output[index] = mean - rows.labels[row] * martlet_log(mean)
            }
        }
    }

    /// With dispersion 1: label / mean + log(mean).
    static func gamma(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let mean = rows.predictions[row]
                output[index] = rows.labels[row] / mean + martlet_log(mean)
            }
        }
    }

    static func gammaDeviance(_ rows: ScoredRows) -> Double {
        let (sum, weight) = WeightedMean.sums(rows) { range, output in
            for (index, row) in range.enumerated() {
                let ratio = rows.labels[row] / (rows.predictions[row] + 1e-9)
                output[index] = ratio - martlet_log(ratio) - 1
            }
        }
        return weight > 0 || weight.isNaN ? 2 * sum : .nan
    }

    /// - Parameter power: of the mean that the variance is proportional to; in [1, 2). At 1 the
    ///   first term has a pole, which LightGBM leaves to infinity.
    static func tweedie(_ power: Double, _ rows: ScoredRows) -> Double {
        let (first, second) = (1 - power, 2 - power)
        return WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let logMean = martlet_log(positive(rows.predictions[row]))
                let a = rows.labels[row] * martlet_exp(first * logMean) / first
                output[index] = martlet_exp(second * logMean) / second - a
            }
        }
    }

    /// Clipped from below; NaN stays.
    private static func positive(_ mean: Double) -> Double { mean < meanMin ? meanMin : mean }
}
