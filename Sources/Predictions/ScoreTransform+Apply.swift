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
            for index in scores.indices { scores[index] = martlet_exp(scores[index]) }
        case .softmax:
            var start = 0
            while start < scores.count {
                Self.softmax(
                    UnsafeMutableBufferPointer(rebasing: scores[start..<start + outputCount]))
                start += outputCount
            }
        }
    }

    /// The largest score is taken off first, so that nothing overflows.
    private static func softmax(_ scores: UnsafeMutableBufferPointer<Double>) {
        var largest = -Double.infinity
        for score in scores { largest = max(largest, score) }
        var sum = 0.0
        for index in scores.indices {
            scores[index] = martlet_exp(scores[index] - largest)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }
}
