import CKernels

/// A feature's bins in the form in which the kernel looks values up.
struct BinSearch: Sendable {
    private let bins: FeatureBins
    /// Cut points padded with infinity to `2^stepCount - 1`.
    private let paddedBounds: [Double]
    private let stepCount: Int
    private let missingBin: UInt16

    init(_ bins: FeatureBins) {
        self.bins = bins
        guard case .numeric(let edges) = bins else {
            paddedBounds = []
            stepCount = 0
            missingBin = 0
            return
        }
        let count = edges.upperBounds.count
        stepCount = Int.bitWidth - count.leadingZeroBitCount
        let padding = (1 << stepCount) - 1 - count
        paddedBounds = edges.upperBounds + [Double](repeating: .infinity, count: padding)
        missingBin = edges.hasMissing ? UInt16(edges.valueBinCount) : 0
    }

    /// - Parameter result: (values.count) the bin of each value.
    func bin(_ values: UnsafeBufferPointer<Double>, into result: UnsafeMutableBufferPointer<UInt16>)
    {
        precondition(result.count == values.count)
        guard let source = values.baseAddress, let target = result.baseAddress else { return }
        switch bins {
        case .numeric:
            paddedBounds.withUnsafeBufferPointer { bounds in
                martlet_bin_values(
                    source, values.count, bounds.baseAddress, Int32(stepCount), missingBin, target)
            }
        case .categorical(let categories):
            for index in values.indices {
                result[index] = UInt16(truncatingIfNeeded: categories.bin(of: values[index]))
            }
        }
    }
}
