/// A learning rate that holds from a round on.
package struct LearningRateStep: Hashable, Sendable {
    /// Counted from 0.
    package let fromRound: Int
    package let learningRate: Double

    package init(fromRound: Int, learningRate: Double) {
        self.fromRound = fromRound
        self.learningRate = learningRate
    }
}
