import CKernels

extension GradientPacking {
    /// Quantises and packs the gradients of some rows.
    /// - Parameters:
    ///   - gradients: (count)
    ///   - hessians: (count); not read where every hessian is 1.
    ///   - dither: where the sequence that decides on rounding starts.
    ///   - packed: (count)
    ///   - totals: what is found is added.
    func pack(
        _ gradients: UnsafePointer<Float>, _ hessians: UnsafePointer<Float>, count: Int,
        scale: GradientScale, dither: UInt32, into packed: UnsafeMutablePointer<Int64>,
        totals: inout GradientPass.Totals
    ) {
        if self == .unit {
            martlet_pack_unit(
                gradients, count, 1 / scale.gradient, Int32(hessianBits), packed, &totals.gradient,
                &totals.gradientMax)
            totals.hessian += Int64(count)
        } else {
            martlet_pack_general(
                gradients, hessians, count, 1 / scale.gradient, 1 / scale.hessian,
                Int32(hessianBits), dither, packed, &totals.gradient, &totals.hessian,
                &totals.gradientMax)
        }
    }
}
