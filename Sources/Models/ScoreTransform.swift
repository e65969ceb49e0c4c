/// How raw scores become predictions.
package enum ScoreTransform: String, Codable, Hashable, Sendable, CaseIterable {
    case identity
    /// 1 / (1 + exp(-score)): the probability of the second class.
    case sigmoid
    /// exp(score): a mean under a log link (poisson, gamma, tweedie).
    case exp
    /// exp(score[k]) / sum of exp(score): the probability of each class.
    case softmax
    /// The scores of a row in ascending order: quantiles that never cross.
    case ascending
}
