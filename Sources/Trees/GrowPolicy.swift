/// In which order the leaves of a tree are split, as long as `numLeaves` allows. XGBoost's names.
package enum GrowPolicy: String, Hashable, Sendable {
    /// The leaf that gains most.
    case lossguide
    /// The leaf nearest to the root; of these the one that gains most.
    case depthwise
}
