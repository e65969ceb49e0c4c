extension BinEdges {
    /// Finds cut points so that bins hold about equally many of the sample's values, as LightGBM
    /// does: a value that alone fills a bin gets one, and the others share what is left.
    /// - Parameters:
    ///   - sorted: ascending, no NaN.
    ///   - hasMissing: whether one bin has to be left for missing values.
    ///   - forced: bounds that there are whatever the values; other bins are shared out between
    ///     them by the number of values, as LightGBM does.
    /// - Complexity: O(`sorted.count`).
    package static func find(
        sorted: [Double], hasMissing: Bool, parameters: BinningParameters, forced: [Double] = []
    ) -> BinEdges {
        let binCountMax = max(1, parameters.maxBin - (hasMissing ? 1 : 0))
        guard !forced.isEmpty else {
            let bounds = DistinctValues(sorted: sorted[...]).bounds(
                binCountMax: binCountMax, countMin: parameters.minDataInBin)
            return BinEdges(upperBounds: bounds, hasMissing: hasMissing)
        }
        var all = forced
        var start = 0
        for (index, bound) in (forced + [.infinity]).enumerated() {
            let end = sorted[start...].firstIndex { $0 > bound } ?? sorted.count
            let remaining = binCountMax - all.count - 1
            let share =
                Double((end - start) * (binCountMax - forced.count - 1))
                / Double(max(1, sorted.count))
            let added = index == forced.count ? remaining : min(Int(share.rounded()), remaining)
            all += DistinctValues(sorted: sorted[start..<end]).bounds(
                binCountMax: max(1, added + 1), countMin: parameters.minDataInBin)
            start = end
        }
        return BinEdges(upperBounds: Set(all).sorted(), hasMissing: hasMissing)
    }
}

/// The different values of a sample, ascending, and how often each occurs.
private struct DistinctValues {
    var values: [Double] = []
    var counts: [Int] = []

    init(sorted: ArraySlice<Double>) {
        sorted.withUnsafeBufferPointer { sorted in
            var start = 0
            while start < sorted.count {
                let value = sorted[start]
                var end = start &+ 1
                while end < sorted.count, sorted[end] == value { end &+= 1 }
                values.append(value)
                counts.append(end &- start)
                start = end
            }
        }
    }

    func bounds(binCountMax: Int, countMin: Int) -> [Double] {
        values.count <= binCountMax
            ? boundsOfFewValues(countMin: countMin)
            : boundsOfEqualCounts(binCountMax: binCountMax, countMin: countMin)
    }

    /// A bin for each value, but values are joined until a bin holds `countMin`.
    func boundsOfFewValues(countMin: Int) -> [Double] {
        var bounds: [Double] = []
        var binnedCount = 0
        for index in values.indices.dropLast() {
            binnedCount += counts[index]
            if binnedCount >= countMin {
                bounds.append(Self.bound(between: values[index], and: values[index + 1]))
                binnedCount = 0
            }
        }
        return bounds
    }

    func boundsOfEqualCounts(binCountMax: Int, countMin: Int) -> [Double] {
        let total = counts.reduce(0, +)
        let binCountMax = max(1, min(binCountMax, total / countMin))
        let meanOfAll = Double(total) / Double(binCountMax)
        let isLarge = counts.map { Double($0) >= meanOfAll }
        var remainingBins = binCountMax
        var remainingCount = total
        for (count, large) in zip(counts, isLarge) where large {
            remainingBins -= 1
            remainingCount -= count
        }
        var mean = Double(remainingCount) / Double(max(1, remainingBins))
        var bounds: [Double] = []
        var binnedCount = 0
        for index in values.indices.dropLast() where bounds.count < binCountMax - 1 {
            if !isLarge[index] { remainingCount -= counts[index] }
            binnedCount += counts[index]
            let isFull = Double(binnedCount) >= mean
            let nextNeedsRoom = isLarge[index + 1] && Double(binnedCount) >= max(1, mean * 0.5)
            guard isLarge[index] || isFull || nextNeedsRoom else { continue }
            bounds.append(Self.bound(between: values[index], and: values[index + 1]))
            binnedCount = 0
            if !isLarge[index] {
                remainingBins -= 1
                mean = Double(remainingCount) / Double(max(1, remainingBins))
            }
        }
        return bounds
    }

    /// A number `t` with `low <= t < high`, half way where it can be.
    static func bound(between low: Double, and high: Double) -> Double {
        let middle = low / 2 + high / 2
        return middle >= low && middle < high ? middle : low
    }
}
