/// A fit that takes several passes over the rows: ask for an accumulator, add every row to it,
/// hand it back, until it is finished.
package protocol IterativeTrainer: Sendable {
    var isFinished: Bool { get }
    var passCount: Int { get }
    /// The model of the coefficients at hand.
    var fit: LinearFit { get }
    func accumulator() throws(LinearModelError) -> DesignAccumulator
    mutating func finishPass(_ pass: DesignAccumulator) throws(LinearModelError)
}
