import Columns
import LinearModels
import Models
import TestSupport
import Testing

@Suite("Penalties chosen by cross-validation")
struct PenaltySearchTests {
    private static let rowCount = 400

    private func table(seed: UInt64) -> (Table, [Double]) {
        var random = SeededGenerator(seed: seed)
        var table = Table()
        var target = (0..<Self.rowCount).map { _ in Double.random(in: -3...3, using: &random) }
        for index in 0..<12 {
            let x = (0..<Self.rowCount).map { _ in Double.random(in: -1...1, using: &random) }
            if index < 3 { for row in x.indices { target[row] += x[row] * Double(index + 1) } }
            table.add("x\(index)", x)
        }
        return (table, target)
    }

    /// Fits without each fold in turn and measures on it.
    private func naive(
        _ table: Table, _ target: [Double], _ penalty: LinearPenalty, scales: [Double],
        means: [Double]
    ) throws -> Double {
        var error = 0.0
        for fold in 0..<5 {
            // The columns keep the scale of all rows, as a pipeline's penalty would.
            let weights = target.indices.map { $0 % 5 == fold ? 0.0 : 1 }
            var scaled = Table()
            for (index, column) in table.columns.enumerated() {
                guard case .double(let values) = column.values else { continue }
                scaled.add(
                    "x\(index)", values.elements.map { ($0 - means[index]) / scales[index] })
            }
            let fit = try LeastSquares.fit(
                scaled.sums(target: target, weights: weights), penalty: .fixed(LinearPenalty()))
            let own = fit.model.terms.map(\.scale)
            // Without a penalty the scaling does not matter.
            #expect(own.count == scales.count)
            for row in target.indices where row % 5 == fold {
                var prediction = fit.model.intercepts[0]
                for (index, column) in scaled.columns.enumerated() {
                    guard case .double(let values) = column.values else { continue }
                    prediction +=
                        fit.model.coefficients[index]
                        * (values.elements[row] - fit.model.terms[index].mean)
                }
                error += (target[row] - prediction) * (target[row] - prediction)
            }
        }
        return (error / Double(target.count)).squareRoot()
    }

    @Test("the smallest penalty's error is that of five fits without their fold")
    func equalsNaive() throws {
        let (table, target) = table(seed: 1)
        let sums = try table.sums(target: target, foldCount: 5)
        let fit = try LeastSquares.fit(sums, penalty: .automatic(l1Ratio: 0))
        #expect(fit.path.count == 41)
        let expected = try naive(
            table, target, LinearPenalty(), scales: fit.model.terms.map(\.scale),
            means: fit.model.terms.map(\.mean))
        // The last penalty is 1e-8 of the weight.
        #expect(isClose(fit.path[40].error, expected, relative: 1e-6))
        let least = try #require(fit.path.map(\.error).min())
        #expect(fit.path.first { $0.penalty == fit.penalty }?.error == least)
        #expect(least < fit.path[0].error)
    }

    @Test("folds do not change the fit", arguments: [0.0, 0.5, 1])
    func foldsAddUp(l1Ratio: Double) throws {
        let (table, target) = table(seed: 2)
        let sums = try table.sums(target: target, foldCount: 5)
        let chosen = try LeastSquares.fit(sums, penalty: .automatic(l1Ratio: l1Ratio))
        let plain = try LeastSquares.fit(
            table.sums(target: target), penalty: .fixed(chosen.penalty))
        for (a, b) in zip(chosen.model.coefficients, plain.model.coefficients) {
            #expect(isClose(a, b, relative: 1e-7, absolute: 1e-9))
        }
        if l1Ratio == 1 {
            #expect(chosen.penalty.l2 == 0 && chosen.penalty.l1 > 0)
            // Nine columns say nothing; the three that do are kept.
            #expect(chosen.model.coefficients.prefix(3).allSatisfy { $0 != 0 })
            #expect(chosen.model.coefficients.contains(0))
        }
    }

    @Test("the same choice for any number of threads")
    func threadsDoNotMatter() throws {
        let (table, target) = table(seed: 3)
        let one = try LeastSquares.fit(
            table.sums(target: target, foldCount: 5), penalty: .automatic(l1Ratio: 0.5))
        let many = try LeastSquares.fit(
            table.sums(target: target, foldCount: 5, threadCount: 3, cuts: [7, 100]),
            penalty: .automatic(l1Ratio: 0.5))
        #expect(one.model == many.model && one.path == many.path)
    }
}
