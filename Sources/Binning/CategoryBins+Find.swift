extension CategoryBins {
    /// The share of rows that codes of their own have to cover before rare ones are put together.
    /// LightGBM's constant.
    private static let coverage = 0.99

    /// Gives a bin to the frequent codes.
    ///
    /// Codes are taken by falling count (then by code) until they cover 99% of the rows and there
    /// are `maxBin` bins, or until they occur in fewer than `minDataInBin` rows. The last code,
    /// which stands for everything unlisted, never has a bin of its own.
    /// - Parameter counts: (codeCount) rows of each code.
    package static func find(counts: [Int], parameters: BinningParameters) -> CategoryBins {
        let total = counts.reduce(0, +)
        let target = Double(total) * coverage
        let order = counts.indices.dropLast().filter { counts[$0] > 0 }
            .sorted { (counts[$1], $0) < (counts[$0], $1) }
        var codes: [Int] = []
        var covered = 0
        for code in order.prefix(Int(UInt16.max)) {
            let isRare = counts[code] < parameters.minDataInBin && codes.count > 1
            let isEnough = Double(covered) >= target && codes.count + 1 >= parameters.maxBin
            if isRare || isEnough { break }
            codes.append(code)
            covered += counts[code]
        }
        // One bin that holds every row cannot split anything.
        if codes.count == 1, covered == total { codes = [] }
        return CategoryBins(codes: codes, codeCount: counts.count)
    }
}
