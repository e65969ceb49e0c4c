import FoundationEssentials
import LinearModels
import Models
import TestSupport
import Testing

@Suite("Ridge against scikit-learn")
struct RidgeReferenceTests {
    struct Fit: Decodable {
        var alpha: Double
        var coefficients: [Double]
        var scales: [Double]
        var intercept: Double
        var predictions: [Double]
    }

    struct Document: Decodable {
        var height: [Double?]
        var ratio: [Double]
        var colour: [String?]
        var target: [Double]
        var weights: [Double]
        var weighted: [Fit]
        var unweighted: [Fit]
    }

    private func document() throws -> Document {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/ridge.json")
        return try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
    }

    @Test("missing values, categories, offsets and weights", arguments: [false, true])
    func equalsScikitLearn(isWeighted: Bool) throws {
        let data = try document()
        var table = Table()
        table.add("height", data.height)
        table.add("ratio", data.ratio)
        table.add("colour", data.colour, categories: ["red", "blue", "green"])
        for reference in isWeighted ? data.weighted : data.unweighted {
            let fit = try table.fit(
                target: data.target, weights: isWeighted ? data.weights : nil,
                lambdaL2: reference.alpha)
            #expect(fit.method == .cholesky)
            #expect(fit.model.terms.count == reference.coefficients.count)
            for (j, expected) in reference.coefficients.enumerated() {
                // An offset of 10^6 costs scikit-learn's own scaling the digits past 1e-9.
                #expect(
                    isClose(fit.model.coefficients[j], expected, relative: 1e-8),
                    "\(fit.model.terms[j])")
                #expect(isClose(fit.model.terms[j].scale, reference.scales[j], relative: 1e-8))
            }
            #expect(isClose(fit.model.intercepts[0], reference.intercept, relative: 1e-12))
        }
    }
}
