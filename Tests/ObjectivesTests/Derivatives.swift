import Objectives

/// An objective's derivatives as boosting asks for them: fitted, the round prepared.
struct Derivatives {
    /// (outputs) of (rows)
    var gradients: [[Float]] = []
    var hessians: [[Float]] = []

    /// - Parameter scores: (outputCount × labels.count), output by output.
    init(
        _ objective: any Objective, labels: [Float], weights: [Float]? = nil,
        queries: QueryGroups? = nil, scores: [Double]
    ) {
        let count = labels.count
        let wordCount = objective.roundStateWordCount
        var state = [UInt64](repeating: 0, count: count * wordCount)
        LabelledRows.with(labels: labels, weights: weights, queries: queries) { rows in
            let objective = objective.fitted(to: rows)
            scores.withUnsafeBufferPointer { scores in
                state.withUnsafeMutableBufferPointer { state in
                    guard let scores = scores.baseAddress, let state = state.baseAddress else {
                        return
                    }
                    // Two halves, as two threads would do it.
                    let unitCount = objective.roundUnitCount(rows)
                    for units in [0..<unitCount / 2, unitCount / 2..<unitCount] {
                        objective.prepareRound(units, rows: rows, scores: scores, state: state)
                    }
                    for output in 0..<objective.outputCount {
                        append(
                            objective, output, rows.with(roundState: state, wordCount: wordCount),
                            scores + output * count)
                    }
                }
            }
        }
    }

    private mutating func append(
        _ objective: any Objective, _ output: Int, _ rows: LabelledRows,
        _ scores: UnsafePointer<Double>
    ) {
        var gradients = [Float](repeating: .nan, count: rows.count)
        var hessians = [Float](repeating: .nan, count: rows.count)
        gradients.withUnsafeMutableBufferPointer { gradients in
            hessians.withUnsafeMutableBufferPointer { hessians in
                guard let g = gradients.baseAddress, let h = hessians.baseAddress else { return }
                objective.computeGradients(
                    rows, output: output, scores: scores, gradients: g, hessians: h)
            }
        }
        self.gradients.append(gradients)
        self.hessians.append(hessians)
    }
}
