import FoundationEssentials
import LinearModels
import Models
import TestSupport
import Testing

/// Tables of which the exact solution is known: NIST's Statistical Reference Datasets (`strd.txt`),
/// and others that are ill-conditioned by construction; see `Fixtures/write_certified.py`.
@Suite("Exact solutions of ill-conditioned tables")
struct CertifiedTests {
    struct Entry: Decodable, CustomTestStringConvertible {
        var name: String
        var target: [Double]
        var columns: [[Double]]
        var weights: [Double]?
        var penalty: Double
        var certified: [Double]?
        /// Intercept and coefficients of the columns as doubles hold them.
        var exact: [Double]

        var testDescription: String { name }
    }

    static let entries: [Entry] = {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/certified.json")
        return (try? JSONDecoder().decode([Entry].self, from: Data(contentsOf: url))) ?? []
    }()

    private func fit(_ entry: Entry) throws -> LinearModel {
        var table = Table()
        for (index, column) in entry.columns.enumerated() { table.add("x\(index)", column) }
        return try table.fit(
            target: entry.target, weights: entry.weights, lambdaL2: entry.penalty
        ).model
    }

    /// The largest relative error of a coefficient.
    private func error(_ found: [Double], _ expected: ArraySlice<Double>) -> Double {
        zip(found, expected).map { abs($0 - $1) / abs($1) }.max() ?? .infinity
    }

    /// Absolute: half a unit in the last place of the largest product that cancels in it.
    private func interceptTolerance(_ model: LinearModel) -> Double {
        zip(model.coefficients, model.terms).reduce(abs(model.intercepts[0])) {
            $0 + abs($1.0 * $1.1.mean)
        } * 0x1p-52
    }

    @Test("the fixture was read")
    func isRead() { #expect(Self.entries.count == 19) }

    @Test("the exact solution, to ten digits or more", arguments: entries)
    func exact(entry: Entry) throws {
        let model = try fit(entry)
        try #require(model.terms.count == entry.columns.count)
        #expect(error(model.coefficients, entry.exact.dropFirst()) < 1e-10)
        #expect(
            isClose(
                model.interceptAtZero(output: 0), entry.exact[0],
                absolute: interceptTolerance(model)))
    }

    @Test("certified digits", arguments: entries.filter { $0.certified != nil })
    func certified(entry: Entry) throws {
        let certified = try #require(entry.certified)
        let model = try fit(entry)
        let found = error(model.coefficients, certified.dropFirst())
        // Powers of degree 10 lose digits where a column of doubles holds them; no program can
        // give more than the exact solution of these columns has.
        let possible = error(Array(entry.exact.dropFirst()), certified.dropFirst())
        #expect(found < max(2e-13, possible * 1.001))
        #expect(
            isClose(
                model.interceptAtZero(output: 0), certified[0], relative: max(1e-13, possible * 2),
                absolute: interceptTolerance(model)))
    }
}
