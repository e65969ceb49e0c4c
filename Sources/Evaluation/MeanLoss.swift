import CKernels

/// The metrics that are a mean over rows of something that one row decides.
enum MeanLoss {
    static func squared(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let error = rows.predictions[row] - rows.labels[row]
                output[index] = error * error
            }
        }
    }

    static func absolute(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                output[index] = abs(rows.predictions[row] - rows.labels[row])
            }
        }
    }

    /// Labels between -1 and 1 count as 1 in the divisor, as LightGBM has it.
    static func absolutePercentage(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let label = rows.labels[row]
                output[index] = abs(rows.predictions[row] - label) / max(1, abs(label))
            }
        }
    }

    static func huber(_ alpha: Double, _ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let error = abs(rows.predictions[row] - rows.labels[row])
                output[index] =
                    error <= alpha ? 0.5 * error * error : alpha * (error - 0.5 * alpha)
            }
        }
    }

    static func fair(_ c: Double, _ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let error = abs(rows.predictions[row] - rows.labels[row])
                output[index] = c * error - c * c * martlet_log(1 + error / c)
            }
        }
    }

    /// Share of rows with |error| <= `limit`.
    static func within(_ limit: Double, _ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let error = abs(rows.predictions[row] - rows.labels[row])
                output[index] = error.isNaN ? .nan : error <= limit ? 1 : 0
            }
        }
    }

    /// Koenker and Bassett's check loss: `alpha * e` above the prediction, `(alpha - 1) * e` below.
    static func pinball(_ alpha: Double, _ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let error = rows.labels[row] - rows.predictions[row]
                output[index] = error >= 0 ? alpha * error : (alpha - 1) * error
            }
        }
    }

    static func coverage(
        lower: UnsafeBufferPointer<Double>, upper: UnsafeBufferPointer<Double>, _ rows: ScoredRows
    ) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let label = rows.labels[row]
                let isJudged = !(label.isNaN || lower[row].isNaN || upper[row].isNaN)
                let isInside = lower[row] <= label && label <= upper[row]
                output[index] = isJudged ? (isInside ? 1 : 0) : .nan
            }
        }
    }
}
