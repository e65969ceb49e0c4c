/// What statistics of categories are means of: the label, or whether it is a class.
package struct StatisticTarget: Sendable {
    /// (rowCount)
    package let labels: [Float]
    /// (rowCount), or nil where every row counts once.
    package let weights: [Float]?

    package init(labels: [Float], weights: [Float]? = nil) {
        precondition(weights.map { $0.count == labels.count } ?? true)
        self.labels = labels
        self.weights = weights
    }

    /// What a row adds to the mean.
    func value(row: Int, classIndex: Int?) -> Double {
        guard let classIndex else { return Double(labels[row]) }
        return labels[row] == Float(classIndex) ? 1 : 0
    }

    func weight(row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

    /// The mean of all rows, added up in their order.
    package func mean(classIndex: Int?) -> Double {
        var sum = 0.0
        var total = 0.0
        for row in labels.indices {
            let weight = weight(row: row)
            sum += weight * value(row: row, classIndex: classIndex)
            total += weight
        }
        return total > 0 ? sum / total : 0
    }
}
