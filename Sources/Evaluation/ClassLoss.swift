import CKernels

/// Losses of classes. Source of the details (clipping, ties, the sign of a label): LightGBM's
/// documented metrics, so that figures can be compared.
enum ClassLoss {
    /// LightGBM's kEpsilon, a float.
    private static let probabilityMin = Double(1e-15 as Float)

    static func binaryLogLoss(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let probability = rows.predictions[row]
                let likelihood = rows.labels[row] > 0 ? probability : 1 - probability
                output[index] = negativeLog(likelihood + 0 * rows.labels[row])
            }
        }
    }

    static func binaryError(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                let probability = rows.predictions[row]
                let label = rows.labels[row]
                let isWrong = (probability > 0.5) != (label > 0)
                output[index] = probability.isNaN || label.isNaN ? .nan : isWrong ? 1 : 0
            }
        }
    }

    static func logLoss(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                guard let label = classIndex(rows, row) else {
                    output[index] = .nan
                    continue
                }
                output[index] = negativeLog(rows.predictions[row * rows.classCount + label])
            }
        }
    }

    static func error(_ rows: ScoredRows) -> Double {
        WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() {
                guard let label = classIndex(rows, row) else {
                    output[index] = .nan
                    continue
                }
                let start = row * rows.classCount
                let own = rows.predictions[start + label]
                var largerOrEqualCount = 0
                var isJudged = true
                for k in 0..<rows.classCount {
                    largerOrEqualCount += rows.predictions[start + k] >= own ? 1 : 0
                    isJudged = isJudged && !rows.predictions[start + k].isNaN
                }
                output[index] = isJudged ? (largerOrEqualCount > 1 ? 1 : 0) : .nan
            }
        }
    }

    private static func negativeLog(_ probability: Double) -> Double {
        if probability.isNaN { return .nan }
        return -martlet_log(probability > probabilityMin ? probability : probabilityMin)
    }

    /// The label of a row as a class, or nil when it is none.
    private static func classIndex(_ rows: ScoredRows, _ row: Int) -> Int? {
        let label = rows.labels[row]
        guard label >= 0, label < Double(rows.classCount) else { return nil }
        return Int(label)
    }
}
