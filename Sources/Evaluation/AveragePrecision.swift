/// The mean precision over the steps of recall, thresholds from the highest prediction down; rows
/// of equal predictions make one step. As scikit-learn and LightGBM have it.
enum AveragePrecision {
    /// Labels above 0 are the second class. NaN when that is absent or has no weight, or when a
    /// prediction, label or weight is NaN.
    static func evaluate(_ rows: ScoredRows) -> Double {
        var entries: [WeightedKey] = []
        entries.reserveCapacity(rows.rowCount)
        for row in 0..<rows.rowCount {
            let weight = rows.weights?[row] ?? 1
            if rows.predictions[row].isNaN || rows.labels[row].isNaN || weight.isNaN {
                return .nan
            }
            // The sign of the weight holds the class, so that an entry stays 16 bytes.
            entries.append(
                WeightedKey(
                    key: RadixSort.key(of: rows.predictions[row]),
                    weight: rows.labels[row] > 0 ? weight : -weight))
        }
        entries.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
        var area = CompensatedSum()
        var positive = CompensatedSum()
        var total = CompensatedSum()
        var end = entries.count
        while end > 0 {
            var start = end
            var tied = CompensatedSum()
            while start > 0 && entries[start - 1].key == entries[end - 1].key {
                start -= 1
                let weight = entries[start].weight
                if weight.sign == .plus { tied.add(weight) }
                total.add(abs(weight))
            }
            positive.add(tied.value)
            if tied.value > 0 { area.add(tied.value * (positive.value / total.value)) }
            end = start
        }
        return positive.value > 0 ? area.value / positive.value : .nan
    }
}
