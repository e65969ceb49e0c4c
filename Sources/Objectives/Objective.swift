/// A loss to be minimised, as gradient boosting needs it: the first and second derivative with
/// respect to the raw score, row by row.
///
/// Raw scores of several outputs lie output by output: (outputCount × rowCount).
package protocol Objective: Sendable {
    /// LightGBM's name: `regression`, `quantile`, `binary`.
    var name: String { get }

    /// Raw scores of a row: 1, or the number of classes or quantiles.
    var outputCount: Int { get }

    /// Whether every hessian is 1 when there are no weights, so that counting rows sums them.
    var hasUnitHessian: Bool { get }

    /// Whether the gradient of a row of weight 1 is its score less its label, so that it moves by
    /// as much as its score does.
    var isResidual: Bool { get }

    /// Upper bounds of a row's |gradient| and hessian at weight 1 with respect to one output; nil
    /// where there are none, and the largest have to be looked for.
    func bounds(output: Int) -> GradientBounds?

    /// What the value of a leaf of one output's tree is taken from once its rows are known.
    func leafRenewal(output: Int) -> LeafRenewal

    /// - Throws: `invalidParameter` for the objective's own parameters.
    func validate() throws(ObjectiveError)

    /// - Throws: `invalidData`, naming the first row that cannot be used. Labels are finite and
    ///   weights are finite and not negative already.
    func validate(_ rows: LabelledRows) throws(ObjectiveError)

    /// The objective with what it takes from the training rows, such as the classes' balance.
    func fitted(to rows: LabelledRows) -> any Objective

    /// (outputCount) the constant scores that minimise the loss: where boosting starts.
    func initialScores(_ rows: LabelledRows) -> [Double]

    /// Pieces of work that `prepareRound` can be divided into; 0 for losses whose derivatives need
    /// nothing but the row's own score and label.
    func roundUnitCount(_ rows: LabelledRows) -> Int

    /// Words of `prepareRound` for each row.
    var roundStateWordCount: Int { get }

    /// Computes what the derivatives of a round take from a row's other outputs or from other rows.
    /// - Parameters:
    ///   - units: some of `roundUnitCount`; different ones touch different rows.
    ///   - scores: (outputCount × rows.count)
    ///   - state: (rows.count × roundStateWordCount), comes back as `rows.roundState`.
    func prepareRound(
        _ units: Range<Int>, rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>)

    /// Writes the derivatives of the loss of each row, weights included.
    /// - Parameters:
    ///   - output: which raw score they are taken with respect to.
    ///   - scores: (rows.count) raw scores of this output.
    ///   - gradients: (rows.count)
    ///   - hessians: (rows.count), 0 or greater.
    func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>)

    /// Prepares some rows, where the units of a round are rows, and writes their derivatives with
    /// respect to all outputs: the same as one after the other, which may take longer.
    /// - Parameters:
    ///   - scores: (outputCount × rows.count) of all rows.
    ///   - state: (rows.count × roundStateWordCount) of all rows; nil without it.
    ///   - gradients: (outputCount × range.count)
    ///   - hessians: (outputCount × range.count)
    func prepareAndCompute(
        _ range: Range<Int>, of rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>?, gradients: UnsafeMutablePointer<Float>,
        hessians: UnsafeMutablePointer<Float>)

    /// Turns raw scores into predictions in place: probabilities for `binary` and `multiclass`,
    /// means for losses with a log link, ascending numbers for several quantiles, else nothing.
    /// - Parameter scores: (rowCount × outputCount), row by row.
    func transform(_ scores: UnsafeMutableBufferPointer<Double>)
}

extension Objective {
    package var outputCount: Int { 1 }
    package var hasUnitHessian: Bool { false }
    package var isResidual: Bool { false }

    package func bounds(output: Int) -> GradientBounds? { nil }

    package func leafRenewal(output: Int) -> LeafRenewal { .newton }

    package func validate() throws(ObjectiveError) {}

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {}

    package func fitted(to rows: LabelledRows) -> any Objective { self }

    package func roundUnitCount(_ rows: LabelledRows) -> Int { 0 }

    package var roundStateWordCount: Int { 1 }

    package func prepareRound(
        _ units: Range<Int>, rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>
    ) {}

    package func prepareAndCompute(
        _ range: Range<Int>, of rows: LabelledRows, scores: UnsafePointer<Double>,
        state: UnsafeMutablePointer<UInt64>?, gradients: UnsafeMutablePointer<Float>,
        hessians: UnsafeMutablePointer<Float>
    ) {
        if let state { prepareRound(range, rows: rows, scores: scores, state: state) }
        let prepared = rows.with(
            roundState: state.map { UnsafePointer($0) }, wordCount: roundStateWordCount)[range]
        for output in 0..<outputCount {
            computeGradients(
                prepared, output: output,
                scores: scores + output * rows.count + range.lowerBound,
                gradients: gradients + output * range.count,
                hessians: hessians + output * range.count)
        }
    }

    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {}
}

/// Upper bounds of what a row contributes.
package struct GradientBounds: Hashable, Sendable {
    package let gradient: Float
    package let hessian: Float

    package init(gradient: Float, hessian: Float) {
        self.gradient = gradient
        self.hessian = hessian
    }
}

/// How a leaf's final value is found.
package enum LeafRenewal: Hashable, Sendable {
    /// The Newton step from the sums of the leaf's gradients and hessians.
    case newton
    /// The quantile of the leaf's residuals, label minus score: for losses without curvature.
    case residualQuantile(alpha: Double)
}
