/// The area under the ROC curve: the chance that a row of the second class is scored above one
/// of the first, ties counting half.
enum AreaUnderROC {
    /// Labels above 0 are the second class. NaN when a class is absent or has no weight, or when a
    /// prediction, label or weight is NaN.
    static func evaluate(_ rows: ScoredRows) -> Double {
        for row in 0..<rows.rowCount
        where rows.predictions[row].isNaN || rows.labels[row].isNaN { return .nan }
        if let weights = rows.weights { return weighted(rows, weights: weights) }
        return unweighted(rows)
    }

    /// Counts pairs in integers: exact up to 3 × 10^9 rows.
    private static func unweighted(_ rows: ScoredRows) -> Double {
        var positives: [UInt64] = []
        var negatives: [UInt64] = []
        let positiveCount = rows.labels.count { $0 > 0 }
        positives.reserveCapacity(positiveCount)
        negatives.reserveCapacity(rows.rowCount - positiveCount)
        for row in 0..<rows.rowCount {
            let key = RadixSort.key(of: rows.predictions[row])
            if rows.labels[row] > 0 { positives.append(key) } else { negatives.append(key) }
        }
        guard !positives.isEmpty, !negatives.isEmpty else { return .nan }
        positives.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
        negatives.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
        var below = 0
        var notAbove = 0
        var halfPairs = 0
        for key in positives {
            while below < negatives.count && negatives[below] < key { below += 1 }
            notAbove = max(notAbove, below)
            while notAbove < negatives.count && negatives[notAbove] == key { notAbove += 1 }
            halfPairs += below + notAbove
        }
        return Double(halfPairs) / 2 / (Double(positives.count) * Double(negatives.count))
    }

    private static func weighted(
        _ rows: ScoredRows, weights: UnsafeBufferPointer<Double>
    ) -> Double {
        var entries: [WeightedKey] = []
        entries.reserveCapacity(rows.rowCount)
        var hasInvalidWeight = false
        for row in 0..<rows.rowCount {
            hasInvalidWeight = hasInvalidWeight || weights[row].isNaN
            // The sign of the weight holds the class, so that an entry stays 16 bytes.
            entries.append(
                WeightedKey(
                    key: RadixSort.key(of: rows.predictions[row]),
                    weight: rows.labels[row] > 0 ? weights[row] : -weights[row]))
        }
        if hasInvalidWeight { return .nan }
        entries.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
        var area = CompensatedSum()
        var positive = CompensatedSum()
        var negative = CompensatedSum()
        var start = 0
        while start < entries.count {
            var end = start
            var tiedPositive = CompensatedSum()
            var tiedNegative = CompensatedSum()
            while end < entries.count && entries[end].key == entries[start].key {
                let weight = entries[end].weight
                if weight.sign == .plus {
                    tiedPositive.add(weight)
                } else {
                    tiedNegative.add(-weight)
                }
                end += 1
            }
            area.add(tiedPositive.value * (negative.value + tiedNegative.value / 2))
            positive.add(tiedPositive.value)
            negative.add(tiedNegative.value)
            start = end
        }
        guard positive.value > 0, negative.value > 0 else { return .nan }
        return area.value / positive.value / negative.value
    }
}
