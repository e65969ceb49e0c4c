import CKernels

/// What is left of the target when every categorical feature has had its say alone: the residuals
/// of an additive model, fitted feature by feature.
///
/// Where the target is one of two classes the model is additive in the log-odds, so that two strong
/// features do not look as if they acted together.
struct AdditiveFit {
    /// (sampleCount)
    let residuals: [Double]

    /// Rounds over the features; further ones change little where columns are not copies.
    private static let sweepCount = 3

    /// - Parameters:
    ///   - cells: of each feature (sampleCount) its codes.
    ///   - values: (sampleCount) what is explained.
    ///   - weights: (sampleCount)
    ///   - isShare: whether the values are 0 and 1.
    ///   - priorWeight: rows that the mean of all counts for in each category's.
    /// - Complexity: O(features · `values.count`).
    init(
        cells: [[Int32]], codeCounts: [Int], values: [Double], weights: [Double], isShare: Bool,
        priorWeight: Double
    ) {
        var total = 0.0
        var sum = 0.0
        for (value, weight) in zip(values, weights) {
            total += weight
            sum += weight * value
        }
        let mean = total > 0 ? sum / total : 0
        let link = isShare && mean > 0 && mean < 1
        var scores = [Double](
            repeating: link ? martlet_log(mean / (1 - mean)) : mean, count: values.count)
        var predictions = scores
        func predict() {
            guard link else {
                predictions = scores
                return
            }
            martlet_sigmoid(scores, scores.count, &predictions)
        }
        let curvature = link ? mean * (1 - mean) : 1
        for _ in 0..<Self.sweepCount {
            for (codes, codeCount) in zip(cells, codeCounts) {
                predict()
                var gradients = [Double](repeating: 0, count: codeCount)
                var hessians = [Double](repeating: 0, count: codeCount)
                for row in values.indices {
                    let code = Int(codes[row])
                    let p = predictions[row]
                    gradients[code] += weights[row] * (values[row] - p)
                    hessians[code] += weights[row] * (link ? p * (1 - p) : 1)
                }
                for code in 0..<codeCount {
                    let hessian = hessians[code] + priorWeight * curvature
                    gradients[code] = hessian > 0 ? gradients[code] / hessian : 0
                }
                for row in values.indices { scores[row] += gradients[Int(codes[row])] }
            }
        }
        predict()
        residuals = values.indices.map { values[$0] - predictions[$0] }
    }
}
