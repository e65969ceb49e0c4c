import Models

/// Where the columns of the design matrix stand while moments are summed.
///
/// Numbers are dense columns, followed by the target and by a column of ones. Whatever is 0 or 1
/// (a category, a missing number) is an indicator: at most one of a feature's indicators is 1 in a
/// row, so they are kept as one index a row instead of as columns.
struct DesignLayout: Hashable, Sendable {
    /// Wider designs need more than 1 GiB of sums; unmeasured.
    static let indicatorCountMax = 8192
    /// Numbers whose products are summed in twice the precision of a double; of more numbers the
    /// products are left to BLAS, which is eight times as fast there.
    static let preciseNumberCountMax = 64

    let features: FeatureSchema
    /// Features that are numbers, ascending; dense column j holds `numericFeatures[j]`.
    let numericFeatures: [Int]
    /// (features.count) first indicator of each feature: of a number its missing values, of a
    /// category one for each code.
    let indicatorStarts: [Int]
    let indicatorCount: Int
    /// Whether products are summed in twice the precision of a double.
    let isPrecise: Bool

    /// - Parameter allowsPrecision: whether products of few numbers deserve twice the precision.
    /// - Throws: `limitExceeded` past `indicatorCountMax`.
    init(
        _ features: FeatureSchema, allowsPrecision: Bool = true
    ) throws(LinearModelError) {
        self.features = features
        numericFeatures = features.features.indices.filter { features.features[$0].codeCount == 0 }
        isPrecise = allowsPrecision && numericFeatures.count <= Self.preciseNumberCountMax
        var starts: [Int] = []
        var next = 0
        for feature in features.features {
            starts.append(next)
            next += max(feature.codeCount, 1)
        }
        indicatorStarts = starts
        indicatorCount = next
        guard next <= Self.indicatorCountMax else {
            throw LinearModelError(
                .limitExceeded,
                "The categories make \(next) columns of a linear model, more than "
                    + "\(Self.indicatorCountMax). Leave out columns of many categories, or train "
                    + "`gbdt`.")
        }
    }

    var denseCount: Int { numericFeatures.count + 2 }
    var targetColumn: Int { numericFeatures.count }
    var onesColumn: Int { numericFeatures.count + 1 }

    /// What an indicator is called in a report.
    func indicatorName(feature: Int, code: Int) -> String {
        let description = features.features[feature]
        let kind = LinearModel.Term.Kind.category(code: Int32(code))
        return (description.codeCount > 0 ? kind : .missing).name(of: description)
    }
}
