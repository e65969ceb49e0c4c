import Objectives

/// The real value of one quantum.
struct GradientScale: Hashable, Sendable {
    let gradient: Double
    let hessian: Double

    /// From bounds that hold for all rows, whose weights are `weightMax` at most.
    init(packing: GradientPacking, bounds: GradientBounds, weightMax: Double) {
        self.init(
            packing: packing, gradientBound: Double(bounds.gradient) * weightMax,
            hessianBound: Double(bounds.hessian) * weightMax)
    }

    /// - Parameters:
    ///   - bounds: at least the largest magnitudes of the rows.
    init(packing: GradientPacking, gradientBound: Double, hessianBound: Double) {
        // All gradients may be zero; any scale will do then.
        gradient = gradientBound > 0 ? gradientBound / packing.gradientMax : 1
        hessian = hessianBound > 0 ? hessianBound / packing.hessianMax : 1
    }
}
