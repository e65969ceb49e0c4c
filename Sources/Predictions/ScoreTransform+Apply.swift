package import Models

#if canImport(Glibc)
    import Glibc
#endif

extension ScoreTransform {
    /// Turns raw scores into predictions, in place.
    /// - Parameter scores: (rowCount × outputCount), row-major.
    package func apply(to scores: UnsafeMutableBufferPointer<Double>, outputCount: Int) {
        precondition(outputCount >= 1 && scores.count % outputCount == 0)
        switch self {
        case .identity: break
        case .sigmoid:
            for index in scores.indices { scores[index] = 1 / (1 + Glibc.exp(-scores[index])) }
        case .exp:
            for index in scores.indices { scores[index] = Glibc.exp(scores[index]) }
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
            scores[index] = Glibc.exp(scores[index] - largest)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }
}
