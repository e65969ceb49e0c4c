import Columns
import Models
import Predictions
import Testing

@testable import Jobs

@Suite("ColumnDrift")
struct ColumnDriftTests {
    private func model(_ profiles: [FeatureProfile]) -> ModelArtifact {
        ModelArtifact(
            kind: .trees(TreeEnsemble(outputCount: 1, baseScores: [0], trees: [])),
            algorithm: "gbdt", objective: "regression",
            features: FeatureSchema(
                profiles.indices.map { Feature(name: "x\($0)", type: .double, encoding: .numeric) }),
            target: ModelTarget(name: "y", type: .double), profiles: profiles,
            provenance: Provenance(programVersion: "test", trainRowCount: 0))
    }

    private func counts(_ observed: [ObservedFeature]) -> PredictionCounts {
        var counts = PredictionCounts()
        counts.observed = observed
        return counts
    }

    @Test("the worst column comes first, and columns like those of training not at all")
    func order() {
        let trained = FeatureProfile(
            rowCount: 100, missingCount: 10, otherCount: 2, minimum: 0, maximum: 1)
        let same = FeatureProfile(rowCount: 50, missingCount: 5, otherCount: 1)
        var missing = same
        missing.missingCount = 30
        var unseen = same
        unseen.otherCount = 26
        let report = ColumnDrift.report(
            counts([
                ObservedFeature(profile: same),
                ObservedFeature(profile: same, belowCount: 2, aboveCount: 3),
                ObservedFeature(profile: missing), ObservedFeature(profile: unseen),
                ObservedFeature(profile: same, belowCount: 5),
            ]), model: model([FeatureProfile](repeating: trained, count: 5)))
        #expect(report.map(\.column) == ["x2", "x3", "x1", "x4"])
        #expect(report.map(\.shift) == [0.5, 0.5, 0.1, 0.1])
        #expect(report[2].prediction.belowMinimum == 2 && report[2].prediction.aboveMaximum == 3)
        #expect(report[0].text == "x2 (2% unseen, 60% missing, 10% in training)")
        #expect(report[2].text == "x1 (10% outside the range of training, 2% unseen)")
    }

    @Test("nothing to compare is no drift")
    func nothing() {
        let trained = FeatureProfile(rowCount: 100, minimum: 0, maximum: 1)
        #expect(ColumnDrift.report(counts([]), model: model([])).isEmpty)
        #expect(ColumnDrift.report(counts([]), model: model([trained])).isEmpty)
        let empty = ObservedFeature(profile: FeatureProfile())
        #expect(ColumnDrift.report(counts([empty]), model: model([trained])).isEmpty)
        let seen = ObservedFeature(profile: FeatureProfile(rowCount: 5, missingCount: 5))
        #expect(ColumnDrift.report(counts([seen]), model: model([FeatureProfile()])).isEmpty)
    }

    @Test("wide tables keep the result small")
    func limit() {
        let trained = FeatureProfile(rowCount: 100, minimum: 0, maximum: 1)
        let observed = (0..<200).map {
            ObservedFeature(profile: FeatureProfile(rowCount: 1000), aboveCount: $0)
        }
        let report = ColumnDrift.report(
            counts(observed), model: model([FeatureProfile](repeating: trained, count: 200)))
        #expect(report.count == ColumnDrift.columnCountMax && report[0].column == "x199")
    }
}
