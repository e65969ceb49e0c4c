import FoundationEssentials
import LinearModels
import Models
import TestSupport
import Testing

@Suite("Lasso, elastic net, logistic and Poisson regression against scikit-learn")
struct LinearReferenceTests {
    struct Fit: Decodable {
        var objective: String
        var l1: Double
        var l2: Double
        var weighted: Bool
        var coefficients: [Double]
        var intercept: Double
    }

    struct Document: Decodable {
        var columns: [[Double]]
        var weights: [Double]
        var target: [Double]
        var outcome: [Double]
        var count: [Double]
        var fits: [Fit]
    }

    private func document() throws -> Document {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/linear.json")
        return try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
    }

    @Test("coefficients and intercept")
    func equalsScikitLearn() throws {
        let data = try document()
        var table = Table()
        for (index, column) in data.columns.enumerated() { table.add("x\(index)", column) }
        #expect(data.fits.count == 16)
        for reference in data.fits {
            let weights = reference.weighted ? data.weights : nil
            let fit: LinearFit
            switch reference.objective {
            case "logistic":
                fit = try table.fit(
                    .logistic, target: data.outcome, weights: weights, lambdaL2: reference.l2)
            case "poisson":
                fit = try table.fit(
                    .poisson, target: data.count, weights: weights, lambdaL2: reference.l2)
            default:
                fit = try LeastSquares.fit(
                    table.sums(target: data.target, weights: weights),
                    penalty: .fixed(LinearPenalty(l1: reference.l1, l2: reference.l2)))
            }
            #expect(fit.isConverged)
            let largest = reference.coefficients.map(abs).max() ?? 0
            for (j, expected) in reference.coefficients.enumerated() {
                let found = fit.model.coefficients[j] * fit.model.terms[j].scale
                #expect(
                    isClose(found, expected, absolute: 1e-7 * largest),
                    "\(reference.objective) \(reference.l1) \(reference.l2) \(j)")
                #expect((found == 0) == (expected == 0))
            }
            #expect(isClose(fit.model.intercepts[0], reference.intercept, relative: 1e-7))
        }
    }
}
