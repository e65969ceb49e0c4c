import Models

/// The columns of the design matrix that vary, and what standardises them.
struct DesignTerms: Sendable {
    /// Where the sums of a column stand.
    enum Source: Hashable, Sendable {
        /// A number, whose missing values count as `mean`, which is about the shift.
        case dense(column: Int, missing: Int, mean: Double)
        case indicator(Int)
    }

    private(set) var terms: [LinearModel.Term] = []
    private(set) var names: [String] = []
    private(set) var constantColumns: [String] = []
    private(set) var sources: [Source] = []
    /// Means about the shifts.
    private(set) var means: [Double] = []

    private let moments: DesignMoments
    private let weightSum: Double

    /// - Parameter moments: of all rows, about their means.
    /// - Throws: `outOfSpec` for a column whose squares overflow.
    init(_ moments: DesignMoments) throws(LinearModelError) {
        self.moments = moments
        weightSum = moments.weightSum
        for feature in moments.layout.features.features.indices { try addColumns(of: feature) }
    }

    static func overflow(_ name: String) -> LinearModelError {
        LinearModelError(
            .outOfSpec,
            "The squares of column `\(name)` overflow: its values are too large for a "
                + "linear model. Scale them down.", context: ["column": name])
    }

    /// Adds the columns that a feature has: those that were seen and vary.
    private mutating func addColumns(of feature: Int) throws(LinearModelError) {
        let layout = moments.layout
        let start = layout.indicatorStarts[feature]
        let codeCount = layout.features.features[feature].codeCount
        guard codeCount == 0 else {
            for code in 0..<codeCount where moments.weight(start + code, start + code) > 0 {
                addIndicator(
                    start + code, feature: feature, kind: .category(code: Int32(code)),
                    name: layout.indicatorName(feature: feature, code: code))
            }
            return
        }
        guard let column = layout.numericFeatures.firstIndex(of: feature) else { return }
        let name = layout.features.features[feature].name
        let present = moments.presentWeight(column)
        let shift = moments.shifts[column]
        let mean = present > 0 ? moments.product(column, layout.onesColumn).value / present : 0
        let square = moments.product(column, column).value / weightSum
        let variance = square - mean * mean * present / weightSum
        guard square.isFinite, variance.isFinite else { throw Self.overflow(name) }
        // As scikit-learn's StandardScaler: what rounding alone could have made of a constant.
        let ulp = Double.ulpOfOne
        let noise = 10 * ulp * max(abs(shift + mean), abs(shift))
        if variance > 10 * ulp * mean * mean + noise * noise {
            append(
                .dense(column: column, missing: start, mean: mean), mean: mean,
                variance: variance, feature: feature, kind: .value, modelMean: shift + mean,
                name: name)
        } else {
            constantColumns.append(name)
        }
        if moments.weight(start, start) > 0 {
            addIndicator(
                start, feature: feature, kind: .missing,
                name: layout.indicatorName(feature: feature, code: 0))
        }
    }

    private mutating func addIndicator(
        _ indicator: Int, feature: Int, kind: LinearModel.Term.Kind, name: String
    ) {
        let mean = moments.weight(indicator, indicator) / weightSum
        let variance = mean * (1 - mean)
        guard variance > 10 * Double.ulpOfOne * mean else {
            constantColumns.append(name)
            return
        }
        append(
            .indicator(indicator), mean: mean, variance: variance, feature: feature, kind: kind,
            modelMean: mean, name: name)
    }

    private mutating func append(
        _ source: Source, mean: Double, variance: Double, feature: Int,
        kind: LinearModel.Term.Kind, modelMean: Double, name: String
    ) {
        sources.append(source)
        means.append(mean)
        names.append(name)
        terms.append(
            LinearModel.Term(
                feature: Int32(feature), kind: kind, mean: modelMean,
                scale: variance.squareRoot()))
    }
}
