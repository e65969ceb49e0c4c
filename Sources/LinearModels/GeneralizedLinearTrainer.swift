import Models

/// Logistic and Poisson regression by Newton's method: each step is one pass over the rows that
/// sums a reweighted design, as least squares does; memory depends on the features alone.
///
/// Minimises `sum of w loss(y, b + z·c) + l2 |c|² / 2`, z the standardised columns, b not
/// penalised: with a `StandardScaler`, scikit-learn's `LogisticRegression(C: 1 / l2)`, and with n
/// the sum of weights `PoissonRegressor(alpha: l2 / n)`. Steps that do not lower the objective are
/// halved (Armijo's rule). The first steps may be taken on a sample of the rows, with its share of
/// the penalty: where they end, two or three passes over all rows are left to do. That decides
/// where Newton's method starts, not where it ends.
package struct GeneralizedLinearTrainer: IterativeTrainer {
    /// Passes at most; well-posed problems take five to ten.
    package static let passCountMax = 60
    /// The last step is the one from which Newton's method expects to gain less than this share of
    /// the objective: as convergence is quadratic, the coefficients then have some nine digits.
    private static let decrementMin = 1e-10
    /// The last step on a sample: what is left is less than what the sample itself errs by.
    private static let sampleDecrementMin = 1e-5
    private static let samplePassCountMax = 12
    /// Below this mean loss the columns separate the classes.
    private static let separatedLoss = 1e-8

    package let loss: LinearLoss
    package let lambdaL2: Double

    private let terms: DesignTerms
    private let base: DesignMoments
    private let rowCount: Int
    private let weightSum: Double
    /// Of the standardised columns.
    private var values: [Double]
    private var intercept: Double
    private var objective = 0.0
    /// The mean loss without columns, and the mean of the target.
    private let nullLoss: Double
    private let targetMean: Double
    /// While steps are taken on a sample, the share of the weight that it has.
    private var sampleShare: Double?
    private var samplePassCount = 0
    /// Whether the next pass is the first over all rows after those over a sample.
    private var comesFromSample = false
    private var meanLoss = Double.nan
    /// The step that led to `values`, to be halved.
    private var step: [Double] = []
    private var interceptStep = 0.0
    private var length = 0.0
    private var slope = 0.0
    private var reciprocalCondition = Double.nan
    private var collinear: [String] = []
    private var isLast = false
    package private(set) var passCount = 0
    package private(set) var isFinished = false
    private var isConverged = true

    /// - Parameters:
    ///   - moments: of all rows with the target as it is.
    ///   - sample: the sums over the sample to start on; nil to start on all rows.
    /// - Throws: `outOfSpec` when there is nothing to fit, `invalidParameter` for a bad penalty.
    package init(
        _ moments: ShardMoments, loss: LinearLoss, lambdaL2: Double,
        sample: KeptRows.SampleSums? = nil
    ) throws(LinearModelError) {
        try LinearPenalty(l2: lambdaL2).validate()
        self.loss = loss
        self.lambdaL2 = lambdaL2
        let merged = moments.all
        weightSum = merged.weightSum
        rowCount = moments.rowCount
        guard moments.rowCount > 0, weightSum > 0 else {
            throw LinearModelError(
                .outOfSpec,
                "There are \(moments.rowCount) rows of weight \(weightSum): nothing "
                    + "to fit a linear model to.")
        }
        let all = merged.shifted(to: merged.means)
        terms = try DesignTerms(all)
        let target = all.layout.targetColumn
        let mean =
            all.shifts[target] + all.product(target, all.layout.onesColumn).value / all.weightSum
        try loss.check(mean: mean)
        base = all
        targetMean = mean
        nullLoss = loss.terms(score: loss.link(mean), target: mean).loss
        values = Array(repeating: 0, count: terms.terms.count)
        intercept = 0
        try start()
        guard let sample, sample.weight > 0 else { return }
        sampleShare = sample.weight / weightSum
        // Both losses are linear in the target.
        let sampleLoss = loss.terms(
            score: loss.link(mean), target: sample.targetSum / sample.weight
        ).loss
        objective = sampleLoss * sample.weight
        slope *= sample.weight / weightSum
    }

    /// Takes the first step, from where no column matters.
    ///
    /// Where all scores are equal the reweighted design is the design times the variance: this step
    /// needs no pass of its own.
    private mutating func start() throws(LinearModelError) {
        values = Array(repeating: 0, count: terms.terms.count)
        intercept = loss.link(targetMean)
        meanLoss = nullLoss
        objective = nullLoss * weightSum
        let target = base.layout.targetColumn
        var system = DesignSystem(
            base, terms: terms,
            targetMean: base.product(target, base.layout.onesColumn).value / base.weightSum
        ).centred
        system.scale(matrix: loss.variance(targetMean))
        guard system.isFinite else { throw DesignTerms.overflow("the target") }
        try takeStep(system, penalty: lambdaL2, targetSum: 0)
    }

    package var wantsSample: Bool { sampleShare != nil }

    /// The next pass: rows go into it as into any accumulator.
    package func accumulator() -> DesignAccumulator {
        var result = DesignAccumulator(base.layout)
        result.response = WorkingResponse(
            loss, layout: base.layout, terms: terms.terms, coefficients: coefficients,
            intercept: intercept, isLossAlone: isLast && !wantsSample)
        return result
    }

    /// Takes a step from what a pass has summed.
    /// - Throws: `outOfSpec` when the sums overflow.
    package mutating func finishPass(_ pass: DesignAccumulator) throws(LinearModelError) {
        if let sampleShare { return try finishSamplePass(pass, share: sampleShare) }
        passCount += 1
        let reached = objective(of: pass, penalty: lambdaL2)
        if comesFromSample {
            comesFromSample = false
            guard reached <= nullLoss * weightSum else { return try start() }
        } else {
            guard reached <= bound else { return halveStep() }
        }
        objective = reached
        meanLoss = pass.loss / weightSum
        guard !isLast else {
            isFinished = true
            return
        }
        if loss == .logistic, lambdaL2 == 0, meanLoss < Self.separatedLoss {
            isConverged = false
            isFinished = true
            return
        }
        guard passCount < Self.passCountMax else {
            isConverged = false
            isFinished = true
            return
        }
        try takeStep(pass, penalty: lambdaL2)
    }

    /// The same on the sample. What goes wrong there is no error: all rows are there to start on.
    private mutating func finishSamplePass(
        _ pass: DesignAccumulator, share: Double
    ) throws(LinearModelError) {
        samplePassCount += 1
        let reached = objective(of: pass, penalty: lambdaL2 * share)
        guard samplePassCount < Self.samplePassCountMax else { return try leaveSample() }
        guard reached <= bound else {
            length /= 2
            move(by: -length)
            return
        }
        objective = reached
        if loss == .logistic, pass.loss < Self.separatedLoss * weightSum * share {
            return try leaveSample()
        }
        do {
            try takeStep(pass, penalty: lambdaL2 * share)
        } catch {
            return try leaveSample()
        }
        guard slope > -2 * Self.sampleDecrementMin * abs(objective) else { return }
        sampleShare = nil
        comesFromSample = true
        isLast = false
    }

    private mutating func leaveSample() throws(LinearModelError) {
        sampleShare = nil
        try start()
    }

    private func objective(of pass: DesignAccumulator, penalty: Double) -> Double {
        pass.loss + values.reduce(0) { $0 + $1 * $1 } * penalty / 2
    }

    /// What a step must reach. The slack is what rounding may have done to sums over all rows.
    private var bound: Double { objective + 1e-4 * length * slope + 1e-12 * abs(objective) }

    /// The model of the coefficients at hand.
    package var fit: LinearFit {
        var fit = LinearFit(
            model: LinearModel(
                terms: terms.terms, outputCount: 1, intercepts: [intercept],
                coefficients: coefficients),
            method: .newton, penalty: LinearPenalty(l2: lambdaL2), rowCount: rowCount,
            weightSum: weightSum, trainRMSE: .nan, trainR2: .nan,
            reciprocalCondition: reciprocalCondition, constantColumns: terms.constantColumns,
            collinearColumns: collinear)
        fit.iterations = passCount
        fit.isConverged = isConverged
        fit.trainLoss = meanLoss
        return fit
    }

    private var coefficients: [Double] { zip(values, terms.terms).map { $0 / $1.scale } }

    private mutating func halveStep() {
        // A step so short changes nothing that can be measured: this is the optimum.
        guard length > 1e-9, passCount < Self.passCountMax else {
            move(by: -length)
            isConverged = length <= 1e-9
            isFinished = true
            return
        }
        length /= 2
        move(by: -length)
    }

    private mutating func move(by length: Double) {
        for j in values.indices { values[j] += length * step[j] }
        intercept += length * interceptStep
    }

    private mutating func takeStep(
        _ pass: DesignAccumulator, penalty: Double
    ) throws(LinearModelError) {
        let moments = pass.moments.all
        var shifts = base.shifts
        shifts[base.layout.targetColumn] = 0
        let system = DesignSystem(moments.shifted(to: shifts), terms: terms, targetMean: 0)
        guard system.isFinite else {
            throw LinearModelError(
                .outOfSpec, "The sums of a step overflow: scale the columns down.")
        }
        try takeStep(
            system.centred, penalty: penalty, sums: system.sums.map(\.value),
            weight: system.weight.value, targetSum: system.targetSum.value)
    }

    private mutating func takeStep(
        _ system: DesignSystem, penalty: Double, sums: [Double]? = nil, weight: Double = 1,
        targetSum: Double
    ) throws(LinearModelError) {
        var system = system
        system.addToRight(values.map { -penalty * $0 })
        let right = system.roundedRight
        let solution = try SymmetricSolver.solve(system, penalty: penalty, names: terms.names)
        step = solution.values.map(\.value)
        reciprocalCondition = solution.reciprocalCondition
        collinear = solution.collinear
        interceptStep = targetSum
        if let sums {
            for j in step.indices { interceptStep -= sums[j] * step[j] }
        }
        interceptStep /= weight
        // Minus the directional derivative, intercept included.
        var decrement = targetSum * targetSum / weight
        for j in step.indices { decrement += right[j] * step[j] }
        slope = -decrement
        isLast = decrement / 2 <= Self.decrementMin * abs(objective)
        length = 1
        move(by: 1)
    }
}
