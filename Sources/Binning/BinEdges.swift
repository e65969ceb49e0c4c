/// The cut points of a numeric feature.
///
/// Bin `b` holds the values in `(upperBounds[b - 1], upperBounds[b]]`; the last value bin is open
/// above. When missing values were seen they have the bin after the last value bin; otherwise NaN
/// falls into bin 0, which is the left side of every split.
package struct BinEdges: Hashable, Sendable {
    /// Strictly ascending; a split's threshold is one of them. Each lies between two neighbouring
    /// values of the sample, so that `value <= upperBound` is exact.
    package let upperBounds: [Double]
    package let hasMissing: Bool

    package init(upperBounds: [Double], hasMissing: Bool) {
        precondition(zip(upperBounds, upperBounds.dropFirst()).allSatisfy { $0 < $1 })
        self.upperBounds = upperBounds
        self.hasMissing = hasMissing
    }

    /// Bins of values that are not missing; at least 1.
    package var valueBinCount: Int { upperBounds.count + 1 }
    package var binCount: Int { valueBinCount + (hasMissing ? 1 : 0) }

    /// The bin of one value. The twin of the kernel that bins blocks.
    package func bin(of value: Double) -> Int {
        if value.isNaN { return hasMissing ? valueBinCount : 0 }
        var low = 0
        var high = upperBounds.count
        while low < high {
            let middle = (low + high) / 2
            if upperBounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
