/// A linear model over the terms that its features expand to.
///
/// The raw score of output `k` is
/// `intercepts[k] + sum over terms j of coefficients[k * terms.count + j] * (x_j - terms[j].mean)`,
/// so `intercepts[k]` is the score of the average training row. Centring keeps the digits of
/// columns whose offset is large beside their spread.
package struct LinearModel: Hashable, Sendable {
    /// One column of the design matrix.
    package struct Term: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            /// The number itself; a missing one counts as `mean`.
            case value
            /// 1 where the number is missing, else 0.
            case missing
            /// 1 where the category code is `code`, else 0.
            case category(code: Int32)
        }

        /// Index into the model's `FeatureSchema.features`.
        package var feature: Int32
        package var kind: Kind
        /// Weighted mean of the column in training (over the rows that have a value).
        package var mean: Double
        /// Weighted standard deviation of the column in training (divisor: sum of weights); > 0.
        /// A standardised coefficient is `coefficient * scale`.
        package var scale: Double

        package init(feature: Int32, kind: Kind, mean: Double, scale: Double) {
            self.feature = feature
            self.kind = kind
            self.mean = mean
            self.scale = scale
        }
    }

    /// Grouped by feature, ascending; of one feature: value, missing, or ascending codes.
    package var terms: [Term]
    /// 1, or the number of classes.
    package var outputCount: Int
    /// (outputCount)
    package var intercepts: [Double]
    /// (outputCount × terms.count), output by output, in units of target per unit of the column.
    package var coefficients: [Double]

    package init(terms: [Term], outputCount: Int, intercepts: [Double], coefficients: [Double]) {
        precondition(intercepts.count == outputCount)
        precondition(coefficients.count == outputCount * terms.count)
        self.terms = terms
        self.outputCount = outputCount
        self.intercepts = intercepts
        self.coefficients = coefficients
    }

    /// The intercept of output `k` for columns that are not centred: the score where every
    /// column is 0.
    package func interceptAtZero(output k: Int) -> Double {
        // The products may cancel: what each step rounds off is added in the end.
        var sum = intercepts[k]
        var errors = 0.0
        for (j, term) in terms.enumerated() {
            let product = -coefficients[k * terms.count + j] * term.mean
            errors += product.addingProduct(coefficients[k * terms.count + j], term.mean) * -1
            let next = sum + product
            let rest = next - sum
            errors += (sum - (next - rest)) + (product - rest)
            sum = next
        }
        return sum + errors
    }

    /// The importance of each of `featureCount` features.
    package func importances(featureCount: Int) -> [FeatureImportance] {
        var result = [FeatureImportance](repeating: FeatureImportance(), count: featureCount)
        for (j, term) in terms.enumerated() {
            var size = 0.0
            for k in 0..<outputCount { size += abs(coefficients[k * terms.count + j]) }
            result[Int(term.feature)].gain += size * term.scale
            result[Int(term.feature)].splitCount += 1
        }
        return result
    }
}
