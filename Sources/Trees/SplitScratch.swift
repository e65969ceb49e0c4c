/// One worker's memory for a feature's sums while its splits are searched.
final class SplitScratch: @unchecked Sendable {
    // Sendable: used by one worker at a time.
    /// (binCountMax) quantised sums of the bins.
    let gradients: UnsafeMutablePointer<Int64>
    let hessians: UnsafeMutablePointer<Int64>
    /// (byteColumnEntryCount) sums of the codes of a column that features share.
    let codeGradients: UnsafeMutablePointer<Int64>
    let codeHessians: UnsafeMutablePointer<Int64>
    /// (binCountMax) sums up to each bin, in real units.
    let gradientSums: UnsafeMutablePointer<Double>
    let hessianSums: UnsafeMutablePointer<Double>
    let gains: UnsafeMutablePointer<Double>

    init(binCountMax: Int) {
        gradients = .allocate(capacity: binCountMax)
        hessians = .allocate(capacity: binCountMax)
        codeGradients = .allocate(capacity: HistogramLayout.byteColumnEntryCount)
        codeHessians = .allocate(capacity: HistogramLayout.byteColumnEntryCount)
        gradientSums = .allocate(capacity: binCountMax)
        hessianSums = .allocate(capacity: binCountMax)
        gains = .allocate(capacity: binCountMax)
    }

    deinit {
        gradients.deallocate()
        hessians.deallocate()
        codeGradients.deallocate()
        codeHessians.deallocate()
        gradientSums.deallocate()
        hessianSums.deallocate()
        gains.deallocate()
    }
}
