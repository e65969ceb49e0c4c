import Objectives
import Testing

@Suite("QuantileLoss")
struct QuantileLossTests {
    @Test("each output has its own level")
    func outputsHaveTheirLevels() {
        let labels: [Float] = [3, 1, 2, 5, 4]
        let several = QuantileLoss(levels: [0.25, 0.5, 0.75])
        LabelledRows.with(labels: labels, weights: [1, 2, 1, 0.5, 1]) { rows in
            #expect(
                several.initialScores(rows)
                    == [0.25, 0.5, 0.75].flatMap { QuantileLoss(alpha: $0).initialScores(rows) })
            let scores: [Double] = [2, 2, 2, 2, 2]
            for (output, alpha) in several.levels.enumerated() {
                var (own, single) = (
                    [Float](repeating: 0, count: 10), [Float](repeating: 0, count: 10)
                )
                for (objective, output, result) in [
                    (several, output, 0), (QuantileLoss(alpha: alpha), 0, 1),
                ] {
                    var values = [Float](repeating: 0, count: 10)
                    values.withUnsafeMutableBufferPointer {
                        guard let start = $0.baseAddress else { return }
                        objective.computeGradients(
                            rows, output: output, scores: scores, gradients: start,
                            hessians: start + 5)
                    }
                    if result == 0 { own = values } else { single = values }
                }
                #expect(own == single)
                #expect(Set(own[..<5]).count > 2)
                #expect(
                    several.leafRenewal(output: output) == .residualQuantile(alpha: alpha))
            }
        }
    }

    @Test("predictions of a row ascend")
    func predictionsAscend() {
        var scores = [3.0, 1, 2, -1, 0, 5, 7, 7, -7]
        scores.withUnsafeMutableBufferPointer {
            QuantileLoss(levels: [0.1, 0.5, 0.9]).transform($0)
        }
        #expect(scores == [1, 2, 3, -1, 0, 5, -7, 7, 7])
        var same = [3.0, 1, 2]
        same.withUnsafeMutableBufferPointer { QuantileLoss(alpha: 0.1).transform($0) }
        #expect(same == [3, 1, 2])
    }

    @Test(
        "levels that are no levels, or cannot be told apart, are refused",
        arguments: [
            [], [0.5, 0.5], [0.9, 0.1], [0.1, 1], [0, 0.5], [0.1, .nan], [0.1, 0.1 + 1e-9],
        ])
    func wrongLevelsAreRefused(levels: [Double]) {
        let error = #expect(throws: ObjectiveError.self) {
            try QuantileLoss(levels: levels).validate()
        }
        #expect(error?.code == .invalidParameter)
    }

    @Test("levels a millionth apart are told apart")
    func closeLevelsAreAccepted() throws {
        try QuantileLoss(levels: [0.5, 0.500001]).validate()
    }
}
