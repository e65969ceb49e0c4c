/// Rows as an objective sees them: labels, and weights where there are any.
package struct LabelledRows: @unchecked Sendable {
    // Sendable: read only; whoever makes one keeps the memory alive.
    package let count: Int
    /// (count)
    package let labels: UnsafePointer<Float>
    /// (count), 0 or greater; nil stands for 1 everywhere.
    package let weights: UnsafePointer<Float>?

    package init(count: Int, labels: UnsafePointer<Float>, weights: UnsafePointer<Float>?) {
        self.count = count
        self.labels = labels
        self.weights = weights
    }

    /// Calls `body` with rows that are alive during the call.
    package static func with<Result>(
        labels: [Float], weights: [Float]?, _ body: (LabelledRows) -> Result
    ) -> Result {
        precondition(weights.map { $0.count == labels.count } ?? true)
        return labels.withUnsafeBufferPointer { labels in
            // An empty array may have no address; no element is read through this one.
            let start = labels.baseAddress ?? UnsafePointer(bitPattern: 16)
            guard let start else { preconditionFailure("16 is an address") }
            guard let weights else {
                return body(LabelledRows(count: labels.count, labels: start, weights: nil))
            }
            return weights.withUnsafeBufferPointer {
                body(LabelledRows(count: labels.count, labels: start, weights: $0.baseAddress))
            }
        }
    }

    /// The rows of a range.
    package subscript(range: Range<Int>) -> LabelledRows {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return LabelledRows(
            count: range.count, labels: labels + range.lowerBound,
            weights: weights.map { $0 + range.lowerBound })
    }
}
