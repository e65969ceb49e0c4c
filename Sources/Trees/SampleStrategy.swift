/// Which rows a tree sees. LightGBM's names.
package enum SampleStrategy: String, Hashable, Sendable {
    /// Those that `baggingFraction` draws.
    case bagging
    /// Those with large gradients, and some of the others: see `GradientSample`.
    case goss
}
