import CKernels

/// The sums of one feature's bins in either form of a histogram.
struct BinSums {
    /// (bins) packed sums, or those of gradients.
    let first: UnsafePointer<Int64>
    /// (bins); nil where sums are packed.
    let hessians: UnsafePointer<Int64>?
    let packing: GradientPacking

    /// The sums of some bins together.
    func total(_ bins: Range<Int>) -> (gradient: Int64, hessian: Int64) {
        var (sum, hessian) = (Int64(0), Int64(0))
        for bin in bins { sum &+= first[bin] }
        guard let hessians else { return (packing.gradient(sum), packing.hessian(sum)) }
        for bin in bins { hessian &+= hessians[bin] }
        return (sum, hessian)
    }

    /// Writes the sums of the bins up to each, in real units.
    func scan(count: Int, scale: GradientScale, into scratch: SplitScratch) {
        guard count > Self.smallCount else {
            for bin in 0..<count {
                let sum = total(0..<bin + 1)
                scratch.gradientSums[bin] = Double(sum.gradient) * scale.gradient
                scratch.hessianSums[bin] = Double(sum.hessian) * scale.hessian
            }
            return
        }
        if let hessians {
            martlet_scan_sums(
                first, hessians, count, scale.gradient, scale.hessian, scratch.gradientSums,
                scratch.hessianSums)
        } else {
            martlet_scan_packed(
                first, count, Int32(packing.hessianBits), scale.gradient, scale.hessian,
                scratch.gradientSums, scratch.hessianSums)
        }
    }

    /// Bins that are faster added up here than by a kernel.
    private static let smallCount = 3

    /// The sums of gradients and hessians in arrays of their own.
    struct Apart {
        /// (bins) each.
        let gradients: UnsafePointer<Int64>
        let hessians: UnsafePointer<Int64>
    }

    func apart(binCount: Int, in scratch: SplitScratch) -> Apart {
        if let hessians { return Apart(gradients: first, hessians: hessians) }
        martlet_unpack(
            first, binCount, Int32(packing.hessianBits), scratch.gradients, scratch.hessians)
        return Apart(gradients: scratch.gradients, hessians: scratch.hessians)
    }
}
