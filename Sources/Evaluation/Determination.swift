/// The coefficient of determination.
enum Determination {
    /// Two passes: the mean of the labels first, so that a large offset costs no digits.
    static func r2(_ rows: ScoredRows) -> Double {
        let mean = WeightedMean.of(rows) { range, output in
            for (index, row) in range.enumerated() { output[index] = rows.labels[row] }
        }
        let deviation = WeightedMean.sums(rows) { range, output in
            for (index, row) in range.enumerated() {
                let difference = rows.labels[row] - mean
                output[index] = difference * difference
            }
        }.sum
        let error = WeightedMean.sums(rows) { range, output in
            for (index, row) in range.enumerated() {
                let difference = rows.predictions[row] - rows.labels[row]
                output[index] = difference * difference
            }
        }.sum
        if mean.isNaN || error.isNaN { return .nan }
        if deviation == 0 { return error == 0 ? 1 : 0 }
        return 1 - error / deviation
    }
}
