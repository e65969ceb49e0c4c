/// The real value of one quantum.
struct GradientScale: Hashable, Sendable {
    let gradient: Double
    let hessian: Double

    /// - Parameters:
    ///   - bounds: at least the largest magnitudes of the rows.
    init(packing: GradientPacking, gradientBound: Double, hessianBound: Double) {
        // All gradients may be zero; any scale will do then.
        gradient = gradientBound > 0 ? gradientBound / packing.gradientMax : 1
        hessian = hessianBound > 0 ? hessianBound / packing.hessianMax : 1
    }
}
