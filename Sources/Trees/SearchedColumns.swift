import Binning

/// What a search for splits reads of the stored columns, numbers alone: nothing is counted as
/// referenced while many small nodes are searched.
struct SearchedColumns: Sendable {
    struct Column: Sendable {
        /// Its first entry in a histogram.
        let offset: Int
        let codeCount: Int
        /// Among `digits`, by ascending multiplier.
        let digits: Range<Int>
    }

    /// What one feature, or a bundle of several, contributes to a column's codes.
    struct Digit: Sendable {
        let multiplier: Int
        let radix: Int
        /// Among `members`.
        let members: Range<Int>
        let isBundle: Bool
    }

    struct Member: Sendable {
        let feature: Int
        let binCount: Int
        /// In a bundle: see `BinLayout.Member`.
        let firstValue: Int
        let defaultBin: Int
        let isNumeric: Bool
        /// Of a numeric feature: bins of values that are not missing.
        let valueBinCount: Int

        var hasMissing: Bool { isNumeric && valueBinCount < binCount }

        /// Whether there is one threshold and nothing else to try.
        var isBinary: Bool { isNumeric && binCount == 2 && valueBinCount == 2 }
    }

    /// (columns), byte columns first.
    private(set) var columns: [Column] = []
    private(set) var digits: [Digit] = []
    private(set) var members: [Member] = []

    init(_ layout: HistogramLayout, features: [FeatureBins]) {
        for (index, column) in layout.bins.columns.enumerated() {
            let firstDigit = digits.count
            for member in column.members {
                let first = members.count
                var edges: BinEdges?
                if case .numeric(let found) = features[member.feature] { edges = found }
                members.append(
                    Member(
                        feature: member.feature, binCount: member.binCount,
                        firstValue: member.firstValue, defaultBin: member.defaultBin,
                        isNumeric: edges != nil, valueBinCount: edges?.valueBinCount ?? 0))
                if member.firstValue > 1, let digit = digits.popLast() {
                    digits.append(
                        Digit(
                            multiplier: digit.multiplier, radix: digit.radix,
                            members: digit.members.lowerBound..<members.count, isBundle: true))
                } else {
                    digits.append(
                        Digit(
                            multiplier: member.multiplier, radix: member.radix,
                            members: first..<members.count, isBundle: member.isBundled))
                }
            }
            columns.append(
                Column(
                    offset: layout.offset(column: index), codeCount: column.codeCount,
                    digits: firstDigit..<digits.count))
        }
    }
}
