/// One worker's memory for a feature's sums while its splits are searched.
final class SplitScratch: @unchecked Sendable {
    // Sendable: used by one worker at a time.
    /// (binCountMax, or byteColumnEntryCount where that is more) quantised sums of the bins.
    let gradients: UnsafeMutablePointer<Int64>
    let hessians: UnsafeMutablePointer<Int64>
    /// (byteColumnEntryCount) sums of the codes of a column that features share.
    let codeGradients: UnsafeMutablePointer<Int64>
    let codeHessians: UnsafeMutablePointer<Int64>
    /// (byteColumnEntryCount) sums of the values of a digit.
    let digitGradients: UnsafeMutablePointer<Int64>
    let digitHessians: UnsafeMutablePointer<Int64>
    /// (as many) sums up to each bin, or of the left side of each split, in real units.
    let gradientSums: UnsafeMutablePointer<Double>
    let hessianSums: UnsafeMutablePointer<Double>
    let gains: UnsafeMutablePointer<Double>
    /// (byteColumnEntryCount) places of the features whose splits are tried together.
    let places: UnsafeMutablePointer<Int>

    /// - Parameter binCountMax: of a feature.
    init(binCountMax: Int) {
        let digitCount = HistogramLayout.byteColumnEntryCount
        let binCountMax = max(binCountMax, digitCount)
        digitGradients = .allocate(capacity: digitCount)
        digitHessians = .allocate(capacity: digitCount)
        places = .allocate(capacity: digitCount)
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
        digitGradients.deallocate()
        digitHessians.deallocate()
        places.deallocate()
    }
}
