/// What is known after one round of boosting.
package struct RoundReport: Hashable, Sendable {
    /// Rounds done so far, those of a resumed model included; 1 after the first.
    package let iteration: Int
    /// Rounds that were asked for.
    package let iterationCountMax: Int
    /// The validation metric after this round; nil without validation rows.
    package let validationMetric: Double?
    /// The best round so far, counted from 1; `iteration` without validation rows.
    package let bestIteration: Int
    /// Leaves of this round's trees.
    package let leafCount: Int
}
