/// Rows as an objective sees them: labels, and what else its loss may need of them.
package struct LabelledRows: @unchecked Sendable {
    // Sendable: read only; whoever makes one keeps the memory alive.
    package let count: Int
    /// (count)
    package let labels: UnsafePointer<Float>
    /// (count), 0 or greater; nil stands for 1 everywhere.
    package let weights: UnsafePointer<Float>?
    /// (count × roundStateWordCount) what `Objective.prepareRound` wrote; nil for objectives
    /// without it.
    package let roundState: UnsafePointer<UInt64>?
    package let roundStateWordCount: Int
    /// Which rows belong to which query; nil without queries, and for a part of the rows.
    package let queries: QueryGroups?

    package init(
        count: Int, labels: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        roundState: UnsafePointer<UInt64>? = nil, roundStateWordCount: Int = 1,
        queries: QueryGroups? = nil
    ) {
        self.count = count
        self.labels = labels
        self.weights = weights
        self.roundState = roundState
        self.roundStateWordCount = roundStateWordCount
        self.queries = queries
    }

    /// Calls `body` with rows that are alive during the call.
    package static func with<Result>(
        labels: [Float], weights: [Float]?, queries: QueryGroups? = nil,
        _ body: (LabelledRows) -> Result
    ) -> Result {
        precondition(weights.map { $0.count == labels.count } ?? true)
        precondition(queries.map { $0.rowCount == labels.count } ?? true)
        return labels.withUnsafeBufferPointer { labels in
            // An empty array may have no address; no element is read through this one.
            let start = labels.baseAddress ?? UnsafePointer(bitPattern: 16)
            guard let start else { preconditionFailure("16 is an address") }
            guard let weights else {
                return body(
                    LabelledRows(
                        count: labels.count, labels: start, weights: nil, queries: queries))
            }
            return weights.withUnsafeBufferPointer {
                body(
                    LabelledRows(
                        count: labels.count, labels: start, weights: $0.baseAddress,
                        queries: queries))
            }
        }
    }

    /// The same rows with the state of a round.
    package func with(roundState: UnsafePointer<UInt64>?, wordCount: Int) -> LabelledRows {
        LabelledRows(
            count: count, labels: labels, weights: weights, roundState: roundState,
            roundStateWordCount: wordCount, queries: queries)
    }

    /// The rows of a range.
    package subscript(range: Range<Int>) -> LabelledRows {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return LabelledRows(
            count: range.count, labels: labels + range.lowerBound,
            weights: weights.map { $0 + range.lowerBound },
            roundState: roundState.map { $0 + range.lowerBound * roundStateWordCount },
            roundStateWordCount: roundStateWordCount)
    }
}
