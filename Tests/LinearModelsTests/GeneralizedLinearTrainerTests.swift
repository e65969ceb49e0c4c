import LinearModels
import Models
import TestSupport
import Testing

@Suite("GeneralizedLinearTrainer")
struct GeneralizedLinearTrainerTests {
    private func outcomes(_ scores: [Double], seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return scores.map { Double.random(in: -2...2, using: &random) < $0 ? 1 : 0 }
    }

    @Test("the gradient is 0 at the fit, categories and missing values included")
    func isStationary() throws {
        var random = SeededGenerator(seed: 2)
        let rowCount = 5000
        let x = (0..<rowCount).map { _ -> Double? in
            Int.random(in: 0..<5, using: &random) == 0
                ? nil : 1e6 + Double.random(in: -1...1, using: &random)
        }
        let k = (0..<rowCount).map { _ in "c\(Int.random(in: 0..<4, using: &random))" as String? }
        let scores = (0..<rowCount).map { (x[$0] ?? 1e6) - 1e6 + (k[$0] == "c1" ? 1 : 0) }
        let target = outcomes(scores, seed: 3)
        var table = Table()
        table.add("x", x)
        table.add("k", k, categories: ["c0", "c1", "c2"])
        let fit = try table.fit(.logistic, target: target, lambdaL2: 2)
        #expect(fit.isConverged && fit.iterations < 12 && fit.method == .newton)
        let model = fit.model
        #expect(model.terms.count == 6)
        func column(_ term: LinearModel.Term, _ row: Int) -> Double {
            switch term.kind {
            case .value: x[row].map { $0 - term.mean } ?? 0
            case .missing: (x[row] == nil ? 1 : 0) - term.mean
            case .category(let code):
                (Int(code) == (["c0", "c1", "c2"].firstIndex(of: k[row] ?? "") ?? 4) ? 1 : 0)
                    - term.mean
            }
        }
        var gradient = [Double](repeating: 0, count: 7)
        for row in 0..<rowCount {
            var score = model.intercepts[0]
            for (j, term) in model.terms.enumerated() {
                score += model.coefficients[j] * column(term, row)
            }
            let e = 1 / (1 + exponential(-score)) - target[row]
            for (j, term) in model.terms.enumerated() {
                gradient[j] += e * column(term, row) / term.scale
            }
            gradient[6] += e
        }
        for (j, term) in model.terms.enumerated() {
            gradient[j] += 2 * model.coefficients[j] * term.scale
        }
        for value in gradient { #expect(abs(value) < 1e-6 * Double(rowCount)) }
    }

    private func exponential(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        for k in 1..<15 {
            term *= x / 1024 / Double(k)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }

    @Test("separable classes do not converge without a penalty, and say so")
    func separable() throws {
        var table = Table()
        table.add("x", (0..<40).map { Double($0) })
        let target = (0..<40).map { $0 < 20 ? 0.0 : 1 }
        let free = try table.fit(.logistic, target: target, lambdaL2: 0)
        #expect(!free.isConverged)
        #expect(free.warnings.contains { $0.contains("not converged") })
        let fit = try table.fit(.logistic, target: target, lambdaL2: 1)
        #expect(fit.isConverged && fit.model.coefficients[0].isFinite)
    }

    @Test("targets that the loss does not allow are refused")
    func refusals() throws {
        var table = Table()
        table.add("x", [1, 2, 3, 4])
        for (loss, target) in [
            (.logistic, [0, 1, 2, 1]), (.logistic, [1, 1, 1, 1]),
            (.poisson, [0, 0, 0, 0]), (.poisson, [1, 2, -1, 3]),
        ] as [(LinearLoss, [Double])] {
            #expect(throws: LinearModelError.self) {
                try table.fit(loss, target: target, lambdaL2: 1)
            }
        }
    }

    @Test("more columns than rows, constant and collinear columns")
    func degenerate() throws {
        var table = Table()
        for index in 0..<8 {
            table.add("x\(index)", (1...5).map { Double(($0 * (index + 3)) % 7) })
        }
        table.add("same", [2, 2, 2, 2, 2])
        let fit = try table.fit(.logistic, target: [0, 1, 0, 1, 1], lambdaL2: 1)
        #expect(fit.isConverged && fit.constantColumns.contains("same"))
        let counts = try table.fit(.poisson, target: [0, 1, 0, 4, 9], lambdaL2: 1)
        #expect(counts.isConverged)
    }
}
