/// How a row's gradient and hessian share one 64-bit integer, so that one addition sums both.
///
/// The word is `gradient << hessianBits + hessian`: the hessian is never negative, so sums come
/// apart again with a shift and a mask as long as neither field has overflowed, which is certain
/// for `rowCountMax` rows. Integers make every sum, hence the model, independent of order.
struct GradientPacking: Hashable, Sendable {
    let hessianBits: Int
    /// Rows whose packed sum is certain to fit.
    let rowCountMax: Int
    /// Largest magnitude of a quantised gradient.
    let gradientMax: Double
    /// Largest quantised hessian.
    let hessianMax: Double

    /// Every hessian is 1. A sum of 65,536 ones takes 17 bits; 65,536 gradients of 29 bits and a
    /// sign take 46 of the other 47, which is more than a 32-bit gradient's own precision.
    static let unit = GradientPacking(
        hessianBits: 17, rowCountMax: 65_536, gradientMax: 0x1p29, hessianMax: 1)

    /// 16 bits for a hessian, 17 and a sign for a gradient, room for 32,768 rows. A little below
    /// the powers of two, because dithered rounding may add one.
    static let general = GradientPacking(
        hessianBits: 31, rowCountMax: 32_768, gradientMax: 131_064, hessianMax: 65_534)

    /// The field of the hessian.
    var hessianMask: Int64 { (1 << Int64(hessianBits)) - 1 }

    func gradient(_ packed: Int64) -> Int64 { packed >> Int64(hessianBits) }

    func hessian(_ packed: Int64) -> Int64 { packed & hessianMask }
}
