import Models
import TestSupport
import Testing

@testable import Interchange

@Suite("XGBoostImport")
struct XGBoostImportTests {
    static let fixtures = ForeignFixture.all(in: "xgboost", suffixes: [".json", ".ubj"])

    @Test("there are models of four versions, in both formats")
    func versions() {
        let versions = Set(Self.fixtures.map { $0.path.split(separator: "-")[0] })
        #expect(
            versions == ["xgboost/1.3.3", "xgboost/1.7.6", "xgboost/2.1.4", "xgboost/3.2.0"])
        #expect(Self.fixtures.contains { $0.path.hasSuffix(".ubj") })
    }

    /// XGBoost adds leaves in floats, so each addition may be half a float's last place off.
    @Test("predicts what XGBoost does, to the rounding of floats", arguments: fixtures)
    func predicts(fixture: ForeignFixture) throws {
        let model = try ForeignModel.decode(fixture.bytes(), expected: .xgboost)
        let expected = try fixture.expected()
        for (raw, theirs) in [(true, expected.raw), (false, expected.prediction)] {
            let ours = try ForeignFixture.predictions(model, raw: raw)
            #expect(ours.count == theirs.count)
            for (row, (ours, theirs)) in zip(ours, theirs).enumerated() {
                #expect(ours.count == theirs.count)
                for (a, b) in zip(ours, theirs) {
                    #expect(abs(a - b) <= 1e-6 * max(abs(b), 1), "raw \(raw), row \(row)")
                }
            }
        }
    }

    @Test("is the same behind a model file of ours", arguments: fixtures)
    func roundTrip(fixture: ForeignFixture) throws {
        let model = try ForeignModel.decode(fixture.bytes())
        #expect(try ModelFormat.decode(ModelFormat.encode(model)) == model)
    }
}
