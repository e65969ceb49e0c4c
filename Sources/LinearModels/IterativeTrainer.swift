/// A fit that takes several passes over the rows: ask for an accumulator, add every row to it, or
/// those of the sample where the fit asks for these, hand it back, until it is finished.
package protocol IterativeTrainer: Sendable {
    var isFinished: Bool { get }
    /// Passes over all rows.
    var passCount: Int { get }
    /// Whether the next pass is over the sample of the rows alone.
    var wantsSample: Bool { get }
    /// The model of the coefficients at hand.
    var fit: LinearFit { get }
    func accumulator() -> DesignAccumulator
    mutating func finishPass(_ pass: DesignAccumulator) throws(LinearModelError)
}
