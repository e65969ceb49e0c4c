extension LinearModel {
    /// The same model over the categories that some of its numbers stand for: a coefficient for
    /// each category, 0 for those that have the prior.
    /// - Parameter statistics: by feature; the model's term of such a feature is a number.
    package func expanding(_ statistics: [Int: FoldedStatistic]) -> LinearModel {
        guard !statistics.isEmpty else { return self }
        precondition(outputCount == 1)
        var terms: [Term] = []
        var coefficients: [Double] = []
        var intercept = intercepts[0]
        for (term, coefficient) in zip(self.terms, self.coefficients) {
            guard let statistic = statistics[Int(term.feature)] else {
                terms.append(term)
                coefficients.append(coefficient)
                continue
            }
            // Of a row whose category has the prior.
            intercept += coefficient * (statistic.prior - term.mean)
            let weight = statistic.weights.reduce(0, +)
            for (code, value) in statistic.values.enumerated() where value != statistic.prior {
                let share = statistic.weights[code] / weight
                let variance = share * (1 - share)
                guard variance > 0 else { continue }
                let own = coefficient * (value - statistic.prior)
                intercept += own * share
                terms.append(
                    Term(
                        feature: term.feature, kind: .category(code: Int32(code)), mean: share,
                        scale: variance.squareRoot()))
                coefficients.append(own)
            }
        }
        return LinearModel(
            terms: terms, outputCount: 1, intercepts: [intercept], coefficients: coefficients)
    }
}
