import FoundationEssentials
import LinearModels
import Models
import TestSupport
import Testing

@Suite("Ridge against scikit-learn and certified values")
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

    /// NIST's Longley data (Statistical Reference Datasets), certified to 15 digits.
    @Test("Longley's certified coefficients")
    func longley() throws {
        var table = Table()
        table.add(
            "x1",
            [
                83, 88.5, 88.2, 89.5, 96.2, 98.1, 99, 100, 101.2, 104.6, 108.4, 110.8, 112.6,
                114.2, 115.7, 116.9,
            ])
        table.add(
            "x2",
            [
                234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180,
                442769, 444546, 482704, 502601, 518173, 554894,
            ])
        table.add(
            "x3",
            [
                2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813,
                3931, 4806, 4007,
            ])
        table.add(
            "x4",
            [
                1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552,
                2514, 2572, 2827,
            ])
        table.add(
            "x5",
            [
                107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734,
                120445, 121950, 123366, 125368, 127852, 130081,
            ])
        table.add("x6", (1947...1962).map { Double($0) })
        let target: [Double] = [
            60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513,
            68655, 69564, 69331, 70551,
        ]
        let certified = [
            15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359,
            -0.0511041056535807, 1829.15146461355,
        ]
        let fit = try table.fit(target: target, lambdaL2: 0)
        for (coefficient, expected) in zip(fit.model.coefficients, certified) {
            #expect(isClose(coefficient, expected, relative: 1e-10))
        }
        #expect(
            isClose(fit.model.interceptAtZero(output: 0), -3482258.63459582, relative: 1e-10))
        #expect(isClose(fit.trainR2, 0.995479004577296, relative: 1e-12))
        let residualDeviation = fit.trainRMSE * (16.0 / 9).squareRoot()
        #expect(isClose(residualDeviation, 304.854073561965, relative: 1e-9))
    }
}
