import Binning

/// A split in terms of stored codes.
struct CodeRule: Hashable, Sendable {
    /// Numbered as in `BinLayout.columns`.
    let column: Int
    /// (256, or the codes of a wide column) 1 where a code goes left.
    let goesLeft: [UInt8]

    init(split: SplitInfo, features: [FeatureBins], layout: BinLayout) {
        var isLeft = [Bool](repeating: false, count: features[split.feature].binCount)
        switch split.rule {
        case .threshold(let last, let missingGoesLeft):
            for bin in isLeft.indices { isLeft[bin] = bin <= last }
            if case .numeric(let edges) = features[split.feature], edges.hasMissing {
                isLeft[edges.valueBinCount] = missingGoesLeft
            }
        case .categories(let bins):
            for bin in bins { isLeft[bin] = true }
        }
        self.init(feature: split.feature, isLeft: isLeft, layout: layout)
    }

    /// - Parameter isLeft: (bins of the feature)
    init(feature: Int, isLeft: [Bool], layout: BinLayout) {
        guard let index = layout.columnOfFeature[feature] else {
            preconditionFailure("a feature that is not stored was split on")
        }
        column = index
        let stored = layout.columns[index]
        let codeCount =
            index < layout.byteColumns.count
            ? HistogramLayout.byteColumnEntryCount : stored.codeCount
        var goesLeft = [UInt8](repeating: 0, count: codeCount)
        for member in stored.members where member.feature == feature {
            for code in 0..<stored.codeCount
            where isLeft[member.bin(code: code)] {
                goesLeft[code] = 1
            }
        }
        self.goesLeft = goesLeft
    }
}
