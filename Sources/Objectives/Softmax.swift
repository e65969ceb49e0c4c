import CKernels

/// The cross entropy of one class of several: LightGBM's `multiclass`, a tree for each class and
/// round. Labels are the numbers of the classes.
package struct Softmax: Objective {
    package let classCount: Int

    package init(classCount: Int) { self.classCount = classCount }

    package var name: String { "multiclass" }
    package var outputCount: Int { classCount }

    /// Friedman's factor on the Newton step of one class, as LightGBM applies it to hessians.
    private var hessianFactor: Double { Double(classCount) / Double(classCount - 1) }

    package func bounds(output: Int) -> GradientBounds? {
        GradientBounds(gradient: 1, hessian: Float(hessianFactor / 4).nextUp)
    }

    package func validate() throws(ObjectiveError) {
        guard classCount >= 2 else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter num_class is \(classCount); the objective multiclass needs 2 or more.")
        }
    }

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {
        for row in 0..<rows.count {
            let label = rows.labels[row]
            guard label >= 0, label < Float(classCount), label == label.rounded() else {
                throw ObjectiveError(
                    .invalidData,
                    "The label of row \(row) is \(label); the objective multiclass needs whole "
                        + "numbers from 0 to \(classCount - 1).")
            }
        }
    }

    /// The logarithms of the classes' shares of the weight.
    package func initialScores(_ rows: LabelledRows) -> [Double] {
        var sums = [Double](repeating: 0, count: classCount)
        for row in 0..<rows.count {
            sums[Int(rows.labels[row])] += rows.weights.map { Double($0[row]) } ?? 1
        }
        let total = sums.reduce(0, +)
        return sums.map { martlet_log(max(total > 0 ? $0 / total : 0, Self.shareMin)) }
    }

    /// LightGBM's kEpsilon, a float.
    private static let shareMin = Double(1e-15 as Float)

    package func roundUnitCount(_ rows: LabelledRows) -> Int { rows.count }

    /// The largest score, and one by the sum of exponentials of all less this one.
    package var roundStateWordCount: Int { 2 }

    /// With the state of its row a class needs its own score only, and the trees of a round all
    /// see the scores from before the round.
    package func prepareRound(
        _ units: Range<Int>, rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>
    ) {
        let first = units.lowerBound
        (state + 2 * first).withMemoryRebound(to: Double.self, capacity: 2 * units.count) {
            martlet_prepare_softmax(scores + first, rows.count, classCount, units.count, $0)
        }
    }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        guard let state = rows.roundState else { preconditionFailure("a round is prepared") }
        state.withMemoryRebound(to: Double.self, capacity: 2 * rows.count) { state in
            martlet_softmax_gradients(
                scores, state, rows.labels, rows.weights, rows.count, Float(output), hessianFactor,
                gradients, hessians)
        }
    }

    /// One exponential a score instead of two.
    package func prepareAndCompute(
        _ range: Range<Int>, of rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>?, gradients: UnsafeMutablePointer<Float>,
        hessians: UnsafeMutablePointer<Float>
    ) {
        guard let state else { preconditionFailure("a round has a state") }
        let first = range.lowerBound
        (state + 2 * first).withMemoryRebound(to: Double.self, capacity: 2 * range.count) { state in
            martlet_all_softmax_gradients(
                scores + first, rows.count, classCount, rows.labels + first,
                rows.weights.map { $0 + first }, range.count, hessianFactor, state, gradients,
                hessians)
        }
    }

    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {
        precondition(scores.count % classCount == 0)
        guard let start = scores.baseAddress else { return }
        for row in 0..<scores.count / classCount {
            let scores = start + row * classCount
            var largest = scores[0]
            for k in 1..<classCount { largest = max(largest, scores[k]) }
            for k in 0..<classCount { scores[k] -= largest }
            martlet_exp_all(scores, classCount, scores)
            var sum = 0.0
            for k in 0..<classCount { sum += scores[k] }
            for k in 0..<classCount { scores[k] /= sum }
        }
    }
}
