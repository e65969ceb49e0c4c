import Columns
import Evaluation
import Models
import Reports

/// What the features look like, and how far one set of rows is from another.
struct DataSection {
    let features: FeatureSchema
    /// (features.count), or empty.
    let profiles: [FeatureProfile]
    /// Two samples to compare: of training and of validation.
    let samples: (expected: ReportSample, actual: ReportSample)?

    /// Bins of the numbers' distribution: tenths of the first sample.
    private static let binCount = 10

    func make() -> Report.Section? {
        guard profiles.count == features.features.count, !profiles.isEmpty else { return nil }
        let drifts = features.features.indices.map { drift(of: $0) }
        var titles = ["Feature", "Type", "Missing", "Range or categories"]
        if samples != nil { titles.append("Drift (PSI)") }
        let rows = features.features.indices.map { index -> [String] in
            let feature = features.features[index]
            let profile = profiles[index]
            let missing = Double(profile.missingCount) / Double(max(profile.rowCount, 1))
            var cells = [
                feature.name, feature.type.name, NumberText.percent(missing),
                Self.range(of: feature, profile),
            ]
            if samples != nil { cells.append(drifts[index].map { NumberText.write($0) } ?? "–") }
            return cells
        }
        var items: [Report.Item] = []
        if let worst = drifts.indices.max(by: { drifts[$0] ?? 0 < drifts[$1] ?? 0 }),
            let value = drifts[worst]
        {
            let word = value < 0.1 ? "stable" : value < 0.25 ? "some drift" : "shifted"
            items.append(
                .note(
                    "Furthest between training and validation: \(features.features[worst].name), "
                        + "\(NumberText.write(value)) (\(word))."))
        }
        items.append(.table(ReportTable("Features", titles: titles, rows: rows)))
        return Report.Section(
            "Data profile",
            lead: "Of the training rows."
                + (samples == nil
                    ? ""
                    : " Drift is the population stability index of validation against training: "
                        + "below 0.1 stable, above 0.25 shifted."),
            items: items)
    }

    private static func range(of feature: Feature, _ profile: FeatureProfile) -> String {
        if case .categorical(let categories) = feature.encoding {
            let other = profile.otherCount
            return "\(NumberText.write(categories.count)) categories"
                + (other > 0 ? ", \(NumberText.write(other)) rows of others" : "")
        }
        guard let low = profile.minimum, let high = profile.maximum else { return "no values" }
        return "\(NumberText.write(low)) to \(NumberText.write(high))"
    }

    /// nil when there is nothing to compare.
    private func drift(of feature: Int) -> Double? {
        guard let samples else { return nil }
        let count = features.features[feature].codeCount
        let expected = samples.expected.column(feature)
        let actual = samples.actual.column(feature)
        if count > 0 {
            return PopulationStability.index(
                expected: Self.counts(expected, codeCount: count),
                actual: Self.counts(actual, codeCount: count))
        }
        let sorted = expected.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { return nil }
        let cuts = (1..<Self.binCount).map { sorted[sorted.count * $0 / Self.binCount] }
        return PopulationStability.index(
            expected: Self.counts(expected, cuts: cuts), actual: Self.counts(actual, cuts: cuts))
    }

    private static func counts(_ codes: UnsafeBufferPointer<Double>, codeCount: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: codeCount)
        for code in codes where code >= 0 && code < Double(codeCount) { counts[Int(code)] += 1 }
        return counts
    }

    /// One bin more than cuts, and one for missing values.
    private static func counts(_ values: UnsafeBufferPointer<Double>, cuts: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: cuts.count + 2)
        for value in values {
            if value.isNaN {
                counts[cuts.count + 1] += 1
            } else {
                counts[cuts.firstIndex { value < $0 } ?? cuts.count] += 1
            }
        }
        return counts
    }
}
