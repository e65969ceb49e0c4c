/// The bins of one feature, as found in training.
package enum FeatureBins: Hashable, Sendable {
    case numeric(BinEdges)
    case categorical(CategoryBins)

    /// Bins, the one for missing values included; 1 when the feature says nothing.
    package var binCount: Int {
        switch self {
        case .numeric(let edges): edges.binCount
        case .categorical(let categories): categories.binCount
        }
    }

    /// Whether a split on this feature can exist.
    package var isUsable: Bool { binCount > 1 }
}
