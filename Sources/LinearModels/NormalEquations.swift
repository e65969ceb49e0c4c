import Models

/// The standardised normal equations of a ridge regression, made of the summed moments.
struct NormalEquations {
    /// A column of the design matrix: a dense one, where missing values count as the mean, or an
    /// indicator.
    private enum Source: Hashable {
        case dense(column: Int, missing: Int, mean: Double)
        case indicator(Int)
    }

    private let moments: DesignMoments
    private let weightSum: Double
    private let targetMean: Double
    /// Weighted sum of squares of the target about its mean.
    private let targetSquares: Double

    private(set) var terms: [LinearModel.Term] = []
    private(set) var names: [String] = []
    private(set) var constantColumns: [String] = []
    private var sources: [Source] = []
    /// Means about the shifts.
    private var means: [Double] = []
    private let shifts: [Double]

    /// - Throws: `outOfSpec` when there is nothing to fit to.
    init(_ moments: DesignMoments, shifts: [Double]) throws(LinearModelError) {
        self.moments = moments
        self.shifts = shifts
        let layout = moments.layout
        weightSum = moments.product(layout.onesColumn, layout.onesColumn)
        guard moments.rowCount > 0, weightSum > 0 else {
            throw LinearModelError(
                .outOfSpec,
                "There are \(moments.rowCount) rows of weight \(weightSum): nothing "
                    + "to fit a linear model to.")
        }
        targetMean = moments.product(layout.targetColumn, layout.onesColumn) / weightSum
        targetSquares = max(
            moments.product(layout.targetColumn, layout.targetColumn) - weightSum * targetMean
                * targetMean, 0)
        guard targetSquares.isFinite else { throw Self.overflow("the target") }
        for feature in layout.features.features.indices { try addColumns(of: feature) }
    }

    /// Solves and reports.
    func solve(lambdaL2: Double) throws(LinearModelError) -> RidgeFit {
        let count = terms.count
        var matrix = [Double](repeating: 0, count: count * count)
        var right = [Double](repeating: 0, count: count)
        for j in 0..<count {
            for i in 0...j {
                let value = covariance(i, j) / (terms[i].scale * terms[j].scale)
                matrix[j * count + i] = value
                matrix[i * count + j] = value
            }
            right[j] = targetCovariance(j) / terms[j].scale
        }
        let solution = try SymmetricSolver.solve(
            matrix, right: right, penalty: lambdaL2, names: names)
        var error = targetSquares
        for j in 0..<count {
            var product = 0.0
            for i in 0..<count { product += matrix[j * count + i] * solution.values[i] }
            error += solution.values[j] * (product - 2 * right[j])
        }
        error = max(error, 0)
        let model = LinearModel(
            terms: terms, outputCount: 1,
            intercepts: [shifts[moments.layout.targetColumn] + targetMean],
            coefficients: zip(solution.values, terms).map { $0 / $1.scale })
        return RidgeFit(
            model: model, method: solution.method, rowCount: moments.rowCount,
            weightSum: weightSum, trainRMSE: (error / weightSum).squareRoot(),
            trainR2: targetSquares > 0 ? 1 - error / targetSquares : (error == 0 ? 1 : 0),
            reciprocalCondition: solution.reciprocalCondition, constantColumns: constantColumns,
            collinearColumns: solution.collinear,
            warnings: warnings(collinear: solution.collinear))
    }

    private func warnings(collinear: [String]) -> [String] {
        var result: [String] = []
        if !constantColumns.isEmpty {
            result.append(
                "Constant in every row, left out: " + constantColumns.joined(separator: ", ") + ".")
        }
        if !collinear.isEmpty {
            result.append(
                "Linear combinations of other columns: " + collinear.joined(separator: ", ")
                    + ". Their coefficients are the smallest of many that fit alike; a positive "
                    + "`lambda_l2`, or leaving them out, makes them unique.")
        }
        return result
    }

    private static func overflow(_ name: String) -> LinearModelError {
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
        let present = weightSum - moments.weight(start, start)
        let mean = present > 0 ? moments.product(column, layout.onesColumn) / present : 0
        let source = Source.dense(column: column, missing: start, mean: mean)
        let variance = covariance(source, mean, source, mean) / weightSum
        // As scikit-learn's StandardScaler: what rounding alone could have made of a constant.
        let ulp = Double.ulpOfOne
        let square = moments.product(column, column) / weightSum
        guard square.isFinite, variance.isFinite else { throw Self.overflow(name) }
        let noise = 10 * ulp * max(abs(shifts[column] + mean), abs(shifts[column]))
        if variance > 10 * ulp * square + noise * noise {
            append(
                source, mean: mean, variance: variance, feature: feature, kind: .value,
                modelMean: shifts[column] + mean, name: name)
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

    private func covariance(_ i: Int, _ j: Int) -> Double {
        covariance(sources[i], means[i], sources[j], means[j])
    }

    /// Sum of w (u - mean u) (v - mean v), with missing numbers at their mean.
    private func covariance(
        _ u: Source, _ meanU: Double, _ v: Source, _ meanV: Double
    ) -> Double {
        let raw: Double
        switch (u, v) {
        case (.indicator(let a), .indicator(let b)):
            raw = moments.weight(a, b)
        case (.dense(let column, let missing, let mean), .indicator(let a)),
            (.indicator(let a), .dense(let column, let missing, let mean)):
            raw = moments.sum(indicator: a, dense: column) + mean * moments.weight(missing, a)
        case (.dense(let i, let missingI, let meanI), .dense(let j, let missingJ, let meanJ)):
            raw =
                moments.product(i, j) + meanJ * moments.sum(indicator: missingJ, dense: i)
                + meanI * moments.sum(indicator: missingI, dense: j) + meanI * meanJ
                * moments.weight(missingI, missingJ)
        }
        return raw - weightSum * meanU * meanV
    }

    private func targetCovariance(_ j: Int) -> Double {
        let target = moments.layout.targetColumn
        let raw: Double
        switch sources[j] {
        case .indicator(let a): raw = moments.sum(indicator: a, dense: target)
        case .dense(let column, let missing, let mean):
            raw =
                moments.product(column, target) + mean
                * moments.sum(indicator: missing, dense: target)
        }
        return raw - weightSum * means[j] * targetMean
    }
}
