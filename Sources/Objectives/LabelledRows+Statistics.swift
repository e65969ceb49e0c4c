extension LabelledRows {
    /// The weighted mean of the labels, summed in the order of rows; 0 without weight.
    var meanLabel: Double {
        var sum = 0.0
        var weightSum = 0.0
        for row in 0..<count {
            let weight = weights.map { Double($0[row]) } ?? 1
            sum += Double(labels[row]) * weight
            weightSum += weight
        }
        return weightSum > 0 ? sum / weightSum : 0
    }

    /// The quantile of the labels, by LightGBM's definition.
    func labelQuantile(_ alpha: Double) -> Double {
        var values = (0..<count).map { Double(labels[$0]) }
        guard let weights else { return Quantiles.quantile(alpha, of: &values) }
        return Quantiles.weightedQuantile(
            alpha, of: (0..<count).map { (values[$0], Double(weights[$0])) })
    }
}
