import CKernels
import TestSupport
import Testing

@testable import Objectives

@Suite("Objective")
struct ObjectiveTests {
    static let objectives: [any Objective] = [
        SquaredError(), QuantileLoss(alpha: 0.3), Logistic(),
        Logistic(scalePositiveWeight: 2.5), AbsoluteError(), HuberLoss(alpha: 0.7),
        FairLoss(c: 1.2), LogLinkLoss(.poisson(maxDeltaStep: 0.7)), LogLinkLoss(.gamma),
        LogLinkLoss(.tweedie(variancePower: 1.4)),
    ]

    private static func label(
        _ objective: any Objective, _ generator: inout SeededGenerator
    ) -> Float {
        switch objective.name {
        case "binary": Float(Int.random(in: 0...3, using: &generator) / 3)
        case "gamma": Float.random(in: 0.01...4, using: &generator)
        case "poisson", "tweedie":
            max(0, Float.random(in: -2...4, using: &generator).rounded(.down))
        default: Float.random(in: -2...2, using: &generator)
        }
    }

    @Test("gradients are the slopes of the loss", arguments: 0..<objectives.count, [false, true])
    func gradientsAreSlopes(index: Int, isWeighted: Bool) {
        let objective = Self.objectives[index]
        var generator = SeededGenerator(seed: UInt64(index))
        let count = 100
        let labels = (0..<count).map { _ in Self.label(objective, &generator) }
        let weights = (0..<count).map { _ in Float.random(in: 0...3, using: &generator) }
        let scores = (0..<count).map { _ in Double.random(in: -3...3, using: &generator) }
        let (gradients, hessians) = derivatives(
            objective, labels, isWeighted ? weights : nil, scores)
        let step = 1e-5
        for row in 0..<count {
            let weight = isWeighted ? Double(weights[row]) : 1
            let up = loss(objective, labels[row], scores[row] + step)
            let down = loss(objective, labels[row], scores[row] - step)
            let slope = (up - down) / (2 * step) * weight
            #expect(isClose(Double(gradients[row]), slope, relative: 1e-5, absolute: 1e-6))
            let second = (up + down - 2 * loss(objective, labels[row], scores[row])) / (step * step)
            if objective.name == "binary" {
                let p = 1 / (1 + martlet_exp(-scores[row]))
                let classWeight = labels[row] > 0 && index == 3 ? 2.5 : 1
                let expected = p * (1 - p) * classWeight * weight
                #expect(isClose(Double(hessians[row]), expected, relative: 1e-6))
            } else if objective.hasUnitHessian {
                #expect(Double(hessians[row]) == weight)
            } else if objective.name != "fair" {
                // LightGBM's Poisson has a larger one; Fair's is no second derivative.
                let factor = objective.name == "poisson" ? martlet_exp(0.7) : 1
                #expect(
                    isClose(
                        Double(hessians[row]), second * weight * factor, relative: 1e-2,
                        absolute: 1e-2))
            }
        }
    }

    @Test("gradients stay within their bounds", arguments: 0..<objectives.count)
    func gradientsStayWithinBounds(index: Int) {
        let objective = Self.objectives[index]
        guard let bounds = objective.bounds(output: 0) else { return }
        let scores: [Double] = [-800, -30, -1, 0, 1e-9, 1, 30, 800]
        for label in [Float(0), 1] {
            let labels = [Float](repeating: label, count: scores.count)
            let (gradients, hessians) = derivatives(objective, labels, nil, scores)
            #expect(gradients.allSatisfy { abs($0) <= bounds.gradient })
            #expect(hessians.allSatisfy { $0 >= 0 && $0 <= bounds.hessian })
        }
    }

    @Test(
        "no constant has a smaller loss than the initial score", arguments: 0..<objectives.count,
        [false, true])
    func initialScoresMinimise(index: Int, isWeighted: Bool) {
        let objective = Self.objectives[index]
        // LightGBM starts these from the mean, and from shares without class weights.
        guard !["huber", "fair"].contains(objective.name), index != 3 else { return }
        var generator = SeededGenerator(seed: 11)
        let labels = (0..<501).map { _ in Self.label(objective, &generator) }
        let weights = (0..<501).map { _ in Float.random(in: 0...3, using: &generator) }
        let initial = LabelledRows.with(labels: labels, weights: isWeighted ? weights : nil) {
            objective.initialScores($0)
        }
        func total(_ score: Double) -> Double {
            labels.indices.reduce(0.0) { sum, row in
                sum + loss(objective, labels[row], score)
                    * (isWeighted ? Double(weights[row]) : 1)
            }
        }
        let best = total(initial[0])
        // Quantiles lie between two labels, so a slightly better constant may exist.
        let isQuantile = objective.leafRenewal(output: 0) != .newton
        let tolerance = isQuantile ? 1.001 : 1 + 1e-12
        for shift in [-0.5, -0.1, -0.01, 0.01, 0.1, 0.5] {
            #expect(best <= total(initial[0] + shift) * tolerance)
        }
    }

    @Test("unbalanced classes get the same total weight")
    func classesAreBalanced() {
        let labels = [Float](repeating: 1, count: 10) + [Float](repeating: 0, count: 90)
        let scores = [Double](repeating: 0, count: 100)
        let gradients = derivatives(Logistic(isUnbalanced: true), labels, nil, scores).gradients
        // At a probability of a half the classes pull equally.
        #expect(isClose(gradients.reduce(0.0) { $0 + Double($1) }, 0, absolute: 1e-5))
    }

    @Test("probabilities come out of binary, other scores stay")
    func scoresAreTransformed() {
        var scores = [-2.0, 0, 2]
        scores.withUnsafeMutableBufferPointer { Logistic().transform($0) }
        #expect(scores[1] == 0.5 && isClose(scores[0] + scores[2], 1))
        var same = [-2.0, 0, 2]
        same.withUnsafeMutableBufferPointer { SquaredError().transform($0) }
        #expect(same == [-2, 0, 2])
    }

    @Test("parameters out of range are refused", arguments: [0, 1, -0.5, .nan])
    func badAlphaIsRefused(alpha: Double) {
        let error = #expect(throws: ObjectiveError.self) {
            try QuantileLoss(alpha: alpha).validate()
        }
        #expect(error?.code == .invalidParameter)
    }

    @Test("class weights out of range are refused")
    func badClassWeightsAreRefused() {
        #expect(throws: ObjectiveError.self) { try Logistic(scalePositiveWeight: 0).validate() }
        #expect(throws: ObjectiveError.self) {
            try Logistic(scalePositiveWeight: 2, isUnbalanced: true).validate()
        }
    }

    @Test("labels other than 0 and 1 are refused by row")
    func badLabelsAreRefused() {
        let error = LabelledRows.with(labels: [0, 1, 2], weights: nil) { rows in
            #expect(throws: ObjectiveError.self) { try Logistic().validate(rows) }
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("row 2 is 2.0") ?? false)
    }

    private func loss(_ objective: any Objective, _ label: Float, _ score: Double) -> Double {
        let y = Double(label)
        switch objective {
        case let quantile as QuantileLoss:
            let error = y - score
            return error >= 0 ? quantile.levels[0] * error : (quantile.levels[0] - 1) * error
        case let logistic as Logistic:
            let p = 1 / (1 + martlet_exp(-score))
            return y > 0
                ? -martlet_log(p) * logistic.scalePositiveWeight : -martlet_log(1 - p)
        case is AbsoluteError: return abs(score - y)
        case let huber as HuberLoss:
            let error = abs(score - y)
            return error <= huber.alpha
                ? error * error / 2 : huber.alpha * (error - huber.alpha / 2)
        case let fair as FairLoss:
            let ratio = abs(score - y) / fair.c
            return fair.c * fair.c * (ratio - martlet_log(1 + ratio))
        case let loss as LogLinkLoss:
            switch loss.distribution {
            case .poisson: return martlet_exp(score) - y * score
            case .gamma: return y * martlet_exp(-score) + score
            case .tweedie(let power):
                return martlet_exp((2 - power) * score) / (2 - power)
                    - y * martlet_exp((1 - power) * score) / (1 - power)
            }
        default:
            return (score - y) * (score - y) / 2
        }
    }

    private func derivatives(
        _ objective: any Objective, _ labels: [Float], _ weights: [Float]?, _ scores: [Double]
    ) -> (gradients: [Float], hessians: [Float]) {
        let derivatives = Derivatives(
            objective, labels: labels, weights: weights, scores: scores)
        return (derivatives.gradients[0], derivatives.hessians[0])
    }
}
