import Binning

/// What a search for splits reads of the stored columns, numbers alone: nothing is counted as
/// referenced while many small nodes are searched.
struct SearchedColumns: Sendable {
    struct Column: Sendable {
        /// Its first entry in a histogram.
        let offset: Int
        let codeCount: Int
        /// Among `members`, by ascending multiplier.
        let members: Range<Int>
    }

    struct Member: Sendable {
        let feature: Int
        let multiplier: Int
        let binCount: Int
        let isNumeric: Bool
        /// Of a numeric feature: bins of values that are not missing.
        let valueBinCount: Int

        var hasMissing: Bool { isNumeric && valueBinCount < binCount }
    }

    /// (columns), byte columns first.
    private(set) var columns: [Column] = []
    private(set) var members: [Member] = []

    init(_ layout: HistogramLayout, features: [FeatureBins]) {
        for (index, column) in layout.bins.columns.enumerated() {
            let first = members.count
            for member in column.members {
                var edges: BinEdges?
                if case .numeric(let found) = features[member.feature] { edges = found }
                members.append(
                    Member(
                        feature: member.feature, multiplier: member.multiplier,
                        binCount: member.binCount, isNumeric: edges != nil,
                        valueBinCount: edges?.valueBinCount ?? 0))
            }
            columns.append(
                Column(
                    offset: layout.offset(column: index), codeCount: column.codeCount,
                    members: first..<members.count))
        }
    }
}
