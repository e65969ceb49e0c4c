/// What the doubles of a feature mean.
package enum FeatureKind: Hashable, Sendable {
    /// A number; NaN is missing.
    case numeric
    /// A code in `0..<codeCount`. The last but one, `codeCount - 2`, stands for a missing value,
    /// and the last for every value without a code of its own.
    case categorical(codeCount: Int)
}
