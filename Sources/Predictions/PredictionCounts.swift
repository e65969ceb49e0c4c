/// What a prediction met on its way, to be reported.
package struct PredictionCounts: Hashable, Sendable {
    package var rowCount = 0
    /// Rows whose lower bound was above the upper one; the two were exchanged.
    package var crossedRowCount = 0
    /// Rows whose bounds did not hold the prediction; the nearer one was moved to it.
    package var widenedRowCount = 0
    /// Column to rows whose category the model does not list; columns without such rows are
    /// left out.
    package var otherCounts: [String: Int] = [:]

    /// For each feature of the model, in its order; empty when training recorded no profiles.
    package var observed: [ObservedFeature] = []

    /// Numbers outside the range of training; nil when training recorded no profiles.
    package var outOfRangeCount: Int? {
        observed.isEmpty ? nil : observed.reduce(0) { $0 + $1.belowCount + $1.aboveCount }
    }

    package init() {}

    package mutating func merge(_ other: PredictionCounts) {
        rowCount += other.rowCount
        crossedRowCount += other.crossedRowCount
        widenedRowCount += other.widenedRowCount
        otherCounts.merge(other.otherCounts, uniquingKeysWith: +)
        if observed.isEmpty {
            observed = other.observed
        } else {
            for (index, feature) in other.observed.enumerated() { observed[index].merge(feature) }
        }
    }
}
