import CKernels
package import Models

extension ScoreTransform {
    /// Turns raw scores into predictions, in place.
    /// - Parameter scores: (rowCount × outputCount), row-major.
    package func apply(to scores: UnsafeMutableBufferPointer<Double>, outputCount: Int) {
        precondition(outputCount >= 1 && scores.count % outputCount == 0)
        switch self {
        case .identity: break
        case .sigmoid:
            martlet_sigmoid(scores.baseAddress, scores.count, scores.baseAddress)
        case .exp:
            martlet_exp_all(scores.baseAddress, scores.count, scores.baseAddress)
        case .softmax: Self.softmax(scores, outputCount: outputCount)
        case .ascending:
            for start in stride(from: 0, to: scores.count, by: outputCount) {
                scores[start..<start + outputCount].sort()
            }
        }
    }

    /// The largest score of a row is taken off first, so that nothing overflows.
    private static func softmax(
        _ scores: UnsafeMutableBufferPointer<Double>, outputCount: Int
    ) {
        let starts = stride(from: 0, to: scores.count, by: outputCount)
        for start in starts {
            var largest = -Double.infinity
            for index in start..<start + outputCount { largest = max(largest, scores[index]) }
            for index in start..<start + outputCount { scores[index] -= largest }
        }
        martlet_exp_all(scores.baseAddress, scores.count, scores.baseAddress)
        for start in starts {
            var sum = 0.0
            for index in start..<start + outputCount { sum += scores[index] }
            for index in start..<start + outputCount { scores[index] /= sum }
        }
    }
}
