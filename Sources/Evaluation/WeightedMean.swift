/// The weighted mean of a loss, summed in an order that depends on the number of rows alone:
/// blocks of rows in eight lanes each, the blocks with Neumaier's compensation.
struct WeightedMean {
    /// Rows of a block; its losses stay in the first-level cache (8 KiB). Unmeasured.
    static let blockRowCount = 1024

    /// The mean of what `fillLosses` writes, or NaN without rows or weight.
    /// - Parameter fillLosses: writes the losses of a range of rows, in order; called once a block.
    static func of(
        _ rows: ScoredRows,
        fillLosses: (_ rows: Range<Int>, _ output: UnsafeMutableBufferPointer<Double>) -> Void
    ) -> Double {
        let (sum, weight) = sums(rows, fillLosses: fillLosses)
        return weight > 0 || weight.isNaN ? sum / weight : .nan
    }

    /// The weighted sum of the losses and the sum of the weights.
    static func sums(
        _ rows: ScoredRows,
        fillLosses: (_ rows: Range<Int>, _ output: UnsafeMutableBufferPointer<Double>) -> Void
    ) -> (sum: Double, weight: Double) {
        var lossSum = CompensatedSum()
        var weightSum = CompensatedSum()
        withUnsafeTemporaryAllocation(of: Double.self, capacity: blockRowCount) { buffer in
            buffer.initialize(repeating: 0)
            var start = 0
            while start < rows.rowCount {
                let range = start..<min(start + blockRowCount, rows.rowCount)
                let losses = UnsafeMutableBufferPointer(rebasing: buffer[0..<range.count])
                fillLosses(range, losses)
                if let weights = rows.weights {
                    let blockWeights = UnsafeBufferPointer(rebasing: weights[range])
                    multiply(losses, by: blockWeights)
                    weightSum.add(laneSum(blockWeights))
                } else {
                    weightSum.add(Double(range.count))
                }
                lossSum.add(laneSum(UnsafeBufferPointer(losses)))
                start = range.upperBound
            }
        }
        return (lossSum.value, weightSum.value)
    }

    private static func multiply(
        _ values: UnsafeMutableBufferPointer<Double>, by weights: UnsafeBufferPointer<Double>
    ) {
        for index in 0..<values.count { values[index] *= weights[index] }
    }

    /// The sum of a block: lane `index % 8` first, then the lanes pairwise.
    static func laneSum(_ values: UnsafeBufferPointer<Double>) -> Double {
        var lanes = SIMD8<Double>()
        let wholeCount = values.count & ~7
        var index = 0
        let raw = UnsafeRawBufferPointer(values)
        while index < wholeCount {
            lanes += raw.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
            index += 8
        }
        while index < values.count {
            lanes[index & 7] += values[index]
            index += 1
        }
        let four = lanes.lowHalf + lanes.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}
