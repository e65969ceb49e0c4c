import Models

/// Multinomial (softmax) regression, and logistic regression of very many columns, by L-BFGS
/// (Nocedal 1980) with a line search for the strong Wolfe conditions: each pass over the rows sums
/// a loss and its gradient.
///
/// Minimises `sum of w log loss + l2 |c|² / 2`, the coefficients c of all classes on standardised
/// columns, intercepts not penalised: with a `StandardScaler`, scikit-learn's
/// `LogisticRegression(C: 1 / l2)`. Intercepts of several classes sum to 0.
package struct QuasiNewtonTrainer: IterativeTrainer {
    /// Columns up to which logistic regression takes Newton's steps, whose passes cost columns².
    package static let newtonColumnCountMax = 1_000
    /// Passes at most; well-posed problems take ten to thirty.
    package static let passCountMax = 300
    /// Converged: no derivative of the mean loss is larger.
    private static let gradientMax = 1e-8
    private static let historyCountMax = 10
    /// Below this mean loss the columns separate the classes.
    private static let separatedLoss = 1e-6

    private let outputCount: Int
    private let lambdaL2: Double
    private let terms: DesignTerms
    private let layout: DesignLayout
    private let rowCount: Int
    private let weightSum: Double
    private let preconditioner: ClassPreconditioner

    /// (outputs × (terms + 1)) of standardised columns, the intercept last.
    private var point: [Double]
    private var trial: [Double]
    private var value = Double.nan
    private var gradient: [Double] = []
    private var direction: [Double] = []
    private var search: WolfeSearch?
    /// Steps and changes of the gradient, the newest last.
    private var history: [(step: [Double], change: [Double])] = []
    private var meanLoss = Double.nan
    package private(set) var passCount = 0
    package private(set) var isFinished = false
    package var wantsSample: Bool { false }
    private var isConverged = true

    /// - Parameters:
    ///   - moments: of all rows, whatever the target.
    ///   - classWeights: (classes) the weight of the rows of each class.
    ///   - isSoftmax: an output for each class; else one, the log odds of the second of two.
    /// - Throws: `outOfSpec` when there is nothing to fit, `invalidParameter` for a bad penalty.
    package init(
        _ moments: ShardMoments, classWeights: [Double], isSoftmax: Bool, lambdaL2: Double
    ) throws(LinearModelError) {
        try LinearPenalty(l2: lambdaL2).validate()
        let merged = moments.all
        guard moments.rowCount > 0, merged.weightSum > 0 else {
            throw LinearModelError(
                .outOfSpec,
                "There are \(moments.rowCount) rows of weight \(merged.weightSum): nothing "
                    + "to fit a linear model to.")
        }
        guard classWeights.count > 1, classWeights.allSatisfy({ $0 > 0 }) else {
            throw LinearModelError(
                .outOfSpec,
                "A class has no row of weight to learn from: \(classWeights.count) classes, of "
                    + "which \(classWeights.count { $0 > 0 }) have some.")
        }
        self.lambdaL2 = lambdaL2
        let all = merged.shifted(to: merged.means)
        layout = all.layout
        terms = try DesignTerms(all)
        rowCount = moments.rowCount
        weightSum = all.weightSum
        let shares = classWeights.map { $0 / classWeights.reduce(0, +) }
        precondition(isSoftmax || shares.count == 2)
        outputCount = isSoftmax ? shares.count : 1
        var matrix: [Double] = []
        if terms.terms.count <= ClassPreconditioner.columnCountMax {
            let system = DesignSystem(all, terms: terms, targetMean: 0).centred
            guard system.matrix.allSatisfy(\.isFinite) else {
                throw DesignTerms.overflow("a feature")
            }
            matrix = system.roundedMatrix
        }
        preconditioner = ClassPreconditioner(
            matrix: matrix, columnCount: terms.terms.count, weight: weightSum,
            curvatures: (0..<outputCount).map { shares[$0] * (1 - shares[$0]) },
            lambdaL2: lambdaL2)
        point = Array(repeating: 0, count: outputCount * (terms.terms.count + 1))
        let scores =
            isSoftmax
            ? shares.map { LinearLoss.poisson.link($0) } : [LinearLoss.logistic.link(shares[1])]
        let mean = isSoftmax ? scores.reduce(0, +) / Double(scores.count) : 0
        for (k, score) in scores.enumerated() {
            point[k * (terms.terms.count + 1) + terms.terms.count] = score - mean
        }
        trial = point
    }

    /// Whether logistic regression of these columns is better left to this trainer.
    package static func suits(_ moments: ShardMoments) throws(LinearModelError) -> Bool {
        let all = moments.all
        guard all.rowCount > 0, all.weightSum > 0 else { return false }
        return try DesignTerms(all.shifted(to: all.means)).terms.count > newtonColumnCountMax
    }

    package func accumulator() -> DesignAccumulator {
        var result = DesignAccumulator(layout)
        let (coefficients, intercepts) = unscaled(trial)
        result.scores = ClassScores(
            layout: layout, terms: terms.terms, coefficients: coefficients,
            intercepts: intercepts)
        return result
    }

    package mutating func finishPass(_ pass: DesignAccumulator) throws(LinearModelError) {
        passCount += 1
        let (reached, slopes) = measured(pass)
        guard var search else {
            take(reached, slopes, loss: pass.loss)
            return
        }
        switch search.accept(value: reached, slope: Self.product(slopes, direction)) {
        case .measure:
            self.search = search
            guard passCount < Self.passCountMax else { return finish(false) }
            trial = zip(point, direction).map { $0 + search.step * $1 }
        case .found:
            history.append((zip(trial, point).map(-), zip(slopes, gradient).map(-)))
            if history.count > Self.historyCountMax { history.removeFirst() }
            take(reached, slopes, loss: pass.loss)
        case .failed:
            // Rounding hides any descent that is left.
            finish(largest(gradient) <= 100 * Self.gradientMax)
        }
    }

    package var fit: LinearFit {
        let (coefficients, intercepts) = unscaled(point)
        var fit = LinearFit(
            model: LinearModel(
                terms: terms.terms, outputCount: outputCount, intercepts: intercepts,
                coefficients: coefficients),
            method: .quasiNewton, penalty: LinearPenalty(l2: lambdaL2), rowCount: rowCount,
            weightSum: weightSum, trainRMSE: .nan, trainR2: .nan, reciprocalCondition: .nan,
            constantColumns: terms.constantColumns, collinearColumns: [])
        fit.iterations = passCount
        fit.isConverged = isConverged
        fit.trainLoss = meanLoss
        return fit
    }

    /// Makes the trial the point, and chooses where to go from there.
    private mutating func take(_ reached: Double, _ slopes: [Double], loss: Double) {
        point = trial
        value = reached
        gradient = slopes
        meanLoss = loss / weightSum
        if lambdaL2 == 0, meanLoss < Self.separatedLoss { return finish(false) }
        if largest(gradient) <= Self.gradientMax { return finish(true) }
        guard value.isFinite, passCount < Self.passCountMax else { return finish(false) }
        direction = descent()
        if Self.product(direction, gradient) >= 0 {
            history = []
            direction = descent()
        }
        search = WolfeSearch(value: value, slope: Self.product(direction, gradient))
        trial = zip(point, direction).map { $0 + $1 }
    }

    private mutating func finish(_ isConverged: Bool) {
        self.isConverged = isConverged
        isFinished = true
    }

    private func largest(_ gradient: [Double]) -> Double {
        gradient.reduce(0) { max($0, abs($1)) } / weightSum
    }

    /// Minus the estimate of the inverse second derivatives times the gradient (two loops).
    private func descent() -> [Double] {
        var result = gradient.map { -$0 }
        var factors: [Double] = []
        for (step, change) in history.reversed() {
            let factor = Self.product(step, result) / Self.product(step, change)
            factors.append(factor)
            for index in result.indices { result[index] -= factor * change[index] }
        }
        result = preconditioner.apply(result)
        if let (step, change) = history.last {
            let scale =
                Self.product(step, change)
                / Self.product(change, preconditioner.apply(change))
            if scale > 0, scale.isFinite { for index in result.indices { result[index] *= scale } }
        }
        for ((step, change), factor) in zip(history, factors.reversed()) {
            let other = Self.product(change, result) / Self.product(step, change)
            for index in result.indices { result[index] += (factor - other) * step[index] }
        }
        return result
    }

    /// The objective at the trial and its gradient.
    private func measured(_ pass: DesignAccumulator) -> (Double, [Double]) {
        let count = terms.terms.count
        let stride = ClassScores.gradientStride(layout)
        let numberCount = layout.numericFeatures.count
        var value = pass.loss
        var result = trial
        for k in 0..<outputCount {
            let own = k * stride
            let sum = pass.gradient[own + stride - 1]
            for (j, term) in terms.terms.enumerated() {
                let index = k * (count + 1) + j
                let slope: Double
                switch terms.sources[j] {
                case .dense(let column, _, _): slope = pass.gradient[own + column]
                case .indicator(let a):
                    slope = pass.gradient[own + numberCount + a] - term.mean * sum
                }
                value += lambdaL2 * trial[index] * trial[index] / 2
                result[index] = slope / term.scale + lambdaL2 * trial[index]
            }
            result[k * (count + 1) + count] = sum
        }
        return (value, result)
    }

    private func unscaled(_ point: [Double]) -> (coefficients: [Double], intercepts: [Double]) {
        let count = terms.terms.count
        var coefficients: [Double] = []
        var intercepts: [Double] = []
        for k in 0..<outputCount {
            for (j, term) in terms.terms.enumerated() {
                coefficients.append(point[k * (count + 1) + j] / term.scale)
            }
            intercepts.append(point[k * (count + 1) + count])
        }
        return (coefficients, intercepts)
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
}
