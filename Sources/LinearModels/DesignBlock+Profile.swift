import CKernels
import Models

/// What a tile's values are like.
extension DesignBlock {
    /// Describes the values of a feature in the rows that count.
    func addProfile(
        of feature: Int, _ values: UnsafeMutableBufferPointer<Double>, _ tile: TileRows
    ) {
        guard profiles.indices.contains(feature) else { return }
        let description = layout.features.features[feature]
        guard usesAllRows else {
            let used = values.indices.filter { tile.weights?[$0] ?? 1 > 0 }.map { values[$0] }
            used.withUnsafeBufferPointer { profiles[feature].add($0, of: description) }
            return
        }
        guard description.codeCount == 0 else {
            return profiles[feature].add(UnsafeBufferPointer(values), of: description)
        }
        var tally = martlet_value_tally()
        tally.minimum = .infinity
        tally.maximum = -.infinity
        martlet_tally_values(values.baseAddress, values.count, -.infinity, .infinity, &tally)
        addProfile(of: feature, tally)
    }

    /// Of a tile of whose values, all of which count, there is a tally.
    func addProfile(of feature: Int, _ tally: martlet_value_tally) {
        guard profiles.indices.contains(feature) else { return }
        let hasValues = Int(tally.missing_count) < rowCount
        profiles[feature].merge(
            FeatureProfile(
                rowCount: rowCount, missingCount: Int(tally.missing_count),
                minimum: hasValues ? tally.minimum : nil,
                maximum: hasValues ? tally.maximum : nil))
    }
}
