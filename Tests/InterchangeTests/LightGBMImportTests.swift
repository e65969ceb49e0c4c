import FoundationEssentials
import Models
import TestSupport
import Testing

@testable import Interchange

@Suite("LightGBMImport")
struct LightGBMImportTests {
    static let fixtures = ForeignFixture.all(in: "lightgbm", suffixes: [".txt"])

    @Test("there are models of three versions")
    func versions() {
        let versions = Set(Self.fixtures.map { $0.path.split(separator: "-")[0] })
        #expect(versions == ["lightgbm/2.3.1", "lightgbm/3.3.5", "lightgbm/4.7.0"])
    }

    /// Sums of the same doubles in the same order; only `exp` and the folding of `sigmoid` round
    /// differently.
    @Test("predicts what LightGBM does, to 1e-12", arguments: fixtures)
    func predicts(fixture: ForeignFixture) throws {
        let model = try ForeignModel.decode(fixture.bytes(), expected: .lightgbm)
        let expected = try fixture.expected()
        let predictions = try ForeignFixture.predictions(model, raw: false)
        #expect(predictions.count == expected.prediction.count)
        for (row, (ours, theirs)) in zip(predictions, expected.prediction).enumerated() {
            #expect(ours.count == theirs.count)
            for (a, b) in zip(ours, theirs) {
                #expect(abs(a - b) <= 1e-12 * abs(b) + 1e-300, "row \(row)")
            }
        }
    }

    @Test("is the same behind a model file of ours", arguments: fixtures)
    func roundTrip(fixture: ForeignFixture) throws {
        let model = try ForeignModel.decode(fixture.bytes())
        #expect(try ModelFormat.decode(ModelFormat.encode(model)) == model)
    }
}
