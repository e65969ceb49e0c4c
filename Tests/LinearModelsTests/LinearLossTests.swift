import LinearModels
import TestSupport
import Testing

@Suite("LinearLoss")
struct LinearLossTests {
    @Test(
        "terms of many rows have the bits of those of each",
        arguments: [LinearLoss.logistic, .poisson],
        [0, 1, 7, 8, 9, 2048])
    func batchesEqualRows(loss: LinearLoss, count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        var scores = (0..<count).map { _ in Double.random(in: -40...40, using: &random) }
        for (index, edge) in [0, -0.0, 800, -800, 1e-300].enumerated() where index < count {
            scores[index] = edge
        }
        let targets = (0..<count).map { _ in Double(Int.random(in: 0...1, using: &random)) }
        var losses = [Double](repeating: .nan, count: count)
        var slopes = losses
        var curvatures = losses
        scores.withUnsafeBufferPointer { scores in
            targets.withUnsafeBufferPointer { targets in
                losses.withUnsafeMutableBufferPointer { losses in
                    slopes.withUnsafeMutableBufferPointer { slopes in
                        curvatures.withUnsafeMutableBufferPointer {
                            loss.terms(
                                scores: scores, targets: targets, losses: losses, slopes: slopes,
                                curvatures: $0)
                        }
                    }
                }
            }
        }
        for row in 0..<count {
            let terms = loss.terms(score: scores[row], target: targets[row])
            #expect(losses[row] == terms.loss)
            #expect(slopes[row] == terms.slope)
            #expect(curvatures[row] == terms.curvature)
        }
    }

    @Test("slopes and curvatures are the derivatives", arguments: [LinearLoss.logistic, .poisson])
    func derivatives(loss: LinearLoss) {
        for score in stride(from: -4.0, through: 4, by: 0.5) {
            let step = 1e-5
            let (low, high) = (
                loss.terms(score: score - step, target: 1),
                loss.terms(score: score + step, target: 1)
            )
            let terms = loss.terms(score: score, target: 1)
            #expect(isClose(terms.slope, -(high.loss - low.loss) / (2 * step), absolute: 1e-8))
            #expect(
                isClose(terms.curvature, -(high.slope - low.slope) / (2 * step), absolute: 1e-8))
        }
    }
}
