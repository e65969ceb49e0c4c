/// How values become bins. Names and defaults are LightGBM's.
package struct BinningParameters: Hashable, Sendable {
    /// Bins of a feature, the one for missing values included: 2 to 65,535. Features of at most
    /// 256 bins take one byte a row, others two.
    package var maxBin = 255
    /// The same of some features, by their index.
    package var maxBinByFeature: [Int: Int] = [:]
    /// Bounds that the bins of some numeric features have whatever their values, by index: finite
    /// and strictly ascending.
    package var forcedBounds: [Int: [Double]] = [:]
    /// Sampled values that a bin holds at least: 1 or more.
    package var minDataInBin = 3
    /// Rows from which the bins are found: 1 or more.
    package var binConstructSampleCount = 200_000
    /// Chooses the sampled rows.
    package var seed: UInt64 = 0

    package init() {}

    /// - Throws: `invalidParameter`, naming the parameter and its range.
    package func validate() throws(BinningError) {
        try Self.require("max_bin", maxBin, in: 2...65_535)
        for (_, count) in maxBinByFeature.sorted(by: { $0.key < $1.key }) {
            try Self.require("max_bin_by_feature", count, in: 2...65_535)
        }
        for (feature, bounds) in forcedBounds.sorted(by: { $0.key < $1.key }) {
            try Self.require(bounds, binCountMax: of(feature: feature).maxBin)
        }
        try Self.require("min_data_in_bin", minDataInBin, in: 1...Int(Int32.max))
        try Self.require(
            "bin_construct_sample_cnt", binConstructSampleCount, in: 1...Int(Int32.max))
    }

    /// What governs one feature.
    func of(feature: Int) -> BinningParameters {
        var parameters = self
        parameters.maxBin = maxBinByFeature[feature] ?? maxBin
        return parameters
    }

    private static func require(_ bounds: [Double], binCountMax: Int) throws(BinningError) {
        guard bounds.allSatisfy(\.isFinite), zip(bounds, bounds.dropFirst()).allSatisfy(<) else {
            throw BinningError(
                .invalidParameter,
                "Parameter forced_bins holds "
                    + bounds.map { "\($0)" }.joined(separator: ":")
                    + "; the bounds of a feature must be finite and ascend.")
        }
        // One more for what lies above them, one for missing values.
        guard bounds.count + 2 <= binCountMax else {
            throw BinningError(
                .invalidParameter,
                "Parameter forced_bins has \(bounds.count) bounds for a feature, which make "
                    + "\(bounds.count + 2) bins with that of missing values; max_bin is "
                    + "\(binCountMax).")
        }
    }

    private static func require(
        _ name: String, _ value: Int, in range: ClosedRange<Int>
    ) throws(BinningError) {
        guard range.contains(value) else {
            throw BinningError(
                .invalidParameter,
                "Parameter \(name) is \(value); it must lie between \(range.lowerBound) and "
                    + "\(range.upperBound).")
        }
    }
}
