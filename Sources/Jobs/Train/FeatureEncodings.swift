import Trees

/// Which categorical features trees read by their target statistics, by index.
struct FeatureEncodings: Hashable, Sendable {
    /// Those of their own, in place of their codes; ascending.
    var byTarget: [Int] = []
    /// Those that statistics of pairs may hold; ascending.
    var combined: [Int] = []

    /// Features whose codes have to be kept; ascending.
    var candidates: [Int] {
        Set(byTarget).union(combined.count > 1 ? combined : []).sorted()
    }
}

extension TrainingData {
    /// Statistics that there may be: each feature's, and as many pairs as are kept, for each class.
    var statisticCountMax: Int {
        let count = encodings.combined.count
        let pairCount = min(count * (count - 1) / 2, CrossScreening.pairCountMax)
        return (encodings.byTarget.count + pairCount) * max(1, statisticClassCount)
    }
}
