/// What a binary classifier gives at every threshold: the ROC and the precision-recall curve.
///
/// Equal predictions move together, so that a curve does not depend on the order of the rows.
package struct ThresholdCurves: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double
    }

    /// (share of the negative rows above the threshold, share of the positive ones), from (0, 0)
    /// to (1, 1).
    package private(set) var roc: [Point] = []
    /// (recall, precision), by rising recall.
    package private(set) var precisionRecall: [Point] = []
    /// Share of the positive rows: the precision of chance.
    package private(set) var positiveShare = 0.0

    /// - Parameters:
    ///   - rows: labels above 0 are positive; one output.
    ///   - pointCountMax: points beyond are left out evenly; ends stay.
    /// - Returns: nil when a class is absent or a prediction is not finite.
    /// - Complexity: O(rows · log rows).
    package init?(_ rows: ScoredRows, pointCountMax: Int = 200) {
        precondition(rows.classCount == 1 && pointCountMax >= 2)
        guard rows.predictions.allSatisfy(\.isFinite) else { return nil }
        let order = (0..<rows.rowCount).sorted { rows.predictions[$0] > rows.predictions[$1] }
        var positive = 0.0
        var negative = 0.0
        for row in 0..<rows.rowCount {
            let weight = rows.weights?[row] ?? 1
            if rows.labels[row] > 0 { positive += weight } else { negative += weight }
        }
        guard positive > 0, negative > 0 else { return nil }
        positiveShare = positive / (positive + negative)
        var above = (positive: 0.0, negative: 0.0)
        roc.append(Point(x: 0, y: 0))
        for (position, row) in order.enumerated() {
            let weight = rows.weights?[row] ?? 1
            if rows.labels[row] > 0 { above.positive += weight } else { above.negative += weight }
            let isTied =
                position + 1 < order.count
                && rows.predictions[order[position + 1]] == rows.predictions[row]
            guard !isTied, above.positive + above.negative > 0 else { continue }
            roc.append(Point(x: above.negative / negative, y: above.positive / positive))
            precisionRecall.append(
                Point(
                    x: above.positive / positive,
                    y: above.positive / (above.positive + above.negative)))
        }
        roc = Self.thinned(roc, to: pointCountMax)
        precisionRecall = Self.thinned(precisionRecall, to: pointCountMax)
    }

    private static func thinned(_ points: [Point], to count: Int) -> [Point] {
        guard points.count > count else { return points }
        return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
    }
}
