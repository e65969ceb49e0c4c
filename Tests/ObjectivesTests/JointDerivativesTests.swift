import CKernels
import TestSupport
import Testing

@testable import Objectives

/// The derivatives of all outputs at once, against one after the other.
@Suite("Joint derivatives")
struct JointDerivativesTests {
    @Test("the bits are those of one output after the other", arguments: 2...8, [false, true])
    func bitsAreThoseOfSingleOutputs(classCount: Int, isWeighted: Bool) {
        var generator = SeededGenerator(seed: UInt64(classCount))
        // More than are worked on together, and a rest.
        let rowCount = 700
        let labels = (0..<rowCount).map { _ in
            Float(Int.random(in: 0..<classCount, using: &generator))
        }
        let weights = (0..<rowCount).map { _ in Float.random(in: 0...2, using: &generator) }
        // Scores that run away, and others.
        let scores = (0..<(rowCount * classCount)).map { place in
            Double.random(in: -1...1, using: &generator) * (place.isMultiple(of: 5) ? 2_000 : 6)
        }
        for level in Int32(0)...3 {
            martlet_limit_kernel_level(level)
            defer { martlet_limit_kernel_level(3) }
            for objective in [Softmax(classCount: classCount) as any Objective, Self.quantiles] {
                let (outputs, rows) = (objective.outputCount, 13..<690)
                guard outputs <= classCount else { continue }
                let expected = Derivatives(
                    objective, labels: labels, weights: isWeighted ? weights : nil, scores: scores)
                var gradients = [Float](repeating: .nan, count: outputs * rows.count)
                var hessians = gradients
                var state = [UInt64](
                    repeating: 0, count: rowCount * objective.roundStateWordCount)
                LabelledRows.with(labels: labels, weights: isWeighted ? weights : nil) { all in
                    let hasState = objective.roundUnitCount(all) > 0
                    state.withUnsafeMutableBufferPointer { state in
                        objective.prepareAndCompute(
                            rows, of: all, scores: scores,
                            state: hasState ? state.baseAddress : nil, gradients: &gradients,
                            hessians: &hessians)
                    }
                }
                for output in 0..<outputs {
                    let places = (output * rows.count)..<((output + 1) * rows.count)
                    #expect(Array(gradients[places]) == Array(expected.gradients[output][rows]))
                    #expect(Array(hessians[places]) == Array(expected.hessians[output][rows]))
                }
            }
        }
    }

    private static let quantiles = QuantileLoss(levels: [0.2, 0.7])

    @Test("shares add up to 1", arguments: [2, 7])
    func sharesAddUp(classCount: Int) {
        var generator = SeededGenerator(seed: 3)
        let scores = (0..<(50 * classCount)).map { _ in
            Double.random(in: -900...900, using: &generator)
        }
        let found = Derivatives(
            Softmax(classCount: classCount), labels: [Float](repeating: 0, count: 50),
            scores: scores)
        for row in 0..<50 {
            let sum = found.gradients.reduce(0) { $0 + Double($1[row]) }
            #expect(isClose(sum, 0, relative: 0, absolute: 1e-6))
            #expect(found.gradients.allSatisfy { abs($0[row]) <= 1 })
            #expect(found.hessians.allSatisfy { $0[row] >= 0 })
        }
    }
}
