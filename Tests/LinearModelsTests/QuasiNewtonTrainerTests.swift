import FoundationEssentials
import LinearModels
import Models
import TestSupport
import Testing
import Threads

@Suite("QuasiNewtonTrainer")
struct QuasiNewtonTrainerTests {
    struct Fit: Decodable {
        var l2: Double
        var weighted: Bool
        var coefficients: [[Double]]
        var intercepts: [Double]
    }

    struct Document: Decodable {
        var columns: [[Double]]
        var weights: [Double]
        var target: [Double]
        var fits: [Fit]
    }

    private func document() throws -> Document {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/multinomial.json")
        return try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
    }

    @Test("coefficients of four classes are scikit-learn's")
    func equalsScikitLearn() throws {
        let data = try document()
        var table = Table()
        for (index, column) in data.columns.enumerated() { table.add("x\(index)", column) }
        #expect(data.fits.count == 6)
        for reference in data.fits {
            let fit = try table.fitClasses(
                target: data.target, weights: reference.weighted ? data.weights : nil,
                classCount: 4, lambdaL2: reference.l2)
            #expect(fit.isConverged && fit.method == .quasiNewton && fit.iterations < 60)
            let count = fit.model.terms.count
            for (k, expected) in reference.coefficients.enumerated() {
                let largest = expected.map(abs).max() ?? 0
                for (j, expected) in expected.enumerated() {
                    let found =
                        fit.model.coefficients[k * count + j] * fit.model.terms[j].scale
                    #expect(isClose(found, expected, absolute: 1e-5 * largest))
                }
                #expect(
                    isClose(fit.model.intercepts[k], reference.intercepts[k], absolute: 1e-5))
            }
        }
    }

    /// Missing values, categories, offsets, weights, several tiles.
    private func mixed(seed: UInt64, rowCount: Int) -> (Table, [Double], [Double]) {
        var random = SeededGenerator(seed: seed)
        var table = Table()
        let x = (0..<rowCount).map { _ -> Double? in
            Int.random(in: 0..<6, using: &random) == 0
                ? nil : 1e5 + Double.random(in: -1...1, using: &random)
        }
        let k = (0..<rowCount).map { _ in "c\(Int.random(in: 0..<5, using: &random))" as String? }
        table.add("x", x)
        table.add("k", k, categories: ["c0", "c1", "c2"])
        let target = (0..<rowCount).map { row in
            (x[row] ?? 1e5) - 1e5 + (k[row] == "c1" ? 0.7 : 0)
                > Double.random(in: -2...2, using: &random) ? 1.0 : 0
        }
        let weights = (0..<rowCount).map { _ in Double.random(in: 0...2, using: &random) }
        return (table, target, weights)
    }

    @Test("one output ends where Newton's method does", arguments: [0.5, 10])
    func equalsNewton(lambdaL2: Double) throws {
        let (table, target, weights) = mixed(seed: 3, rowCount: 5000)
        let newton = try table.fit(.logistic, target: target, weights: weights, lambdaL2: lambdaL2)
        let fit = try table.fitClasses(
            target: target, weights: weights, classCount: 2, isSoftmax: false,
            lambdaL2: lambdaL2)
        #expect(fit.isConverged && fit.model.terms == newton.model.terms)
        for (j, term) in fit.model.terms.enumerated() {
            let (a, b) = (fit.model.coefficients[j], newton.model.coefficients[j])
            #expect(isClose(a * term.scale, b * term.scale, absolute: 1e-6))
        }
        #expect(isClose(fit.model.intercepts[0], newton.model.intercepts[0], absolute: 1e-6))
    }

    @Test("the same bits for any number of threads and batches")
    func threadsDoNotMatter() throws {
        let (table, target, weights) = mixed(seed: 4, rowCount: 30_000)
        let one = try table.fitClasses(
            target: target, weights: weights, classCount: 2, lambdaL2: 1)
        let many = try table.fitClasses(
            target: target, weights: weights, classCount: 2, lambdaL2: 1, threadCount: 3,
            cuts: [10, 9000])
        // A fit without squared errors holds NaN, which differs from itself.
        #expect(one.model == many.model && one.iterations == many.iterations)
    }

    @Test("separable classes do not converge without a penalty, and say so")
    func separable() throws {
        var table = Table()
        table.add("x", (0..<60).map { Double($0) })
        let target = (0..<60).map { Double($0 / 20) }
        let free = try table.fitClasses(target: target, classCount: 3, lambdaL2: 0)
        #expect(!free.isConverged)
        #expect(free.warnings.contains { $0.contains("not converged") })
        let fit = try table.fitClasses(target: target, classCount: 3, lambdaL2: 1)
        #expect(fit.isConverged && fit.model.outputCount == 3)
    }

    @Test("a class without rows, and a target that is no class, are refused")
    func refusals() throws {
        var table = Table()
        table.add("x", [1, 2, 3, 4])
        #expect(throws: LinearModelError.self) {
            try table.fitClasses(target: [0, 1, 1, 0], classCount: 3, lambdaL2: 1)
        }
        #expect(throws: LinearModelError.self) {
            try table.fitClasses(
                target: [0, 1, 2, 0.5], classCount: 3, classWeights: [1, 1, 1], lambdaL2: 1)
        }
    }
}
