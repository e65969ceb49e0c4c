/// Gradient-based one-side sampling: all rows whose gradients are large, and some of the others,
/// which then count for more. Source: Ke et al. 2017, algorithm 2.
struct GradientSample {
    let bag: RowBag
    /// (rowCount) what each row's gradient and hessian are multiplied by; 0 outside the bag.
    let factors: UnsafeMutablePointer<Float>
    private let buffer: PooledBuffer

    /// - Parameters:
    ///   - magnitudes: (rowCount) |gradient × hessian|, summed over the outputs; 0 or greater.
    ///   - hash: decides about the rows whose gradients are small.
    /// - Complexity: O(`rowCount`).
    init(
        magnitudes: UnsafePointer<Float>, rowCount: Int, topRate: Double, otherRate: Double,
        hash: CounterHash, buffers: BufferPool
    ) {
        buffer = buffers.take(byteCount: rowCount * 4)
        factors = buffer.address.bindMemory(to: Float.self, capacity: rowCount)
        let topCount = min(rowCount, max(1, Int(Double(rowCount) * topRate)))
        let (threshold, equalCount) = Self.threshold(magnitudes, rowCount, topCount: topCount)
        let limit = UInt64((min(1, otherRate / max(1 - topRate, otherRate)) * 0x1p32).rounded())
        var remainingEqualCount = equalCount
        var otherCount = 0
        for row in 0..<rowCount {
            let bits = magnitudes[row].bitPattern
            let isEqual = bits == threshold && remainingEqualCount > 0
            if isEqual { remainingEqualCount -= 1 }
            if bits > threshold || isEqual {
                factors[row] = 1
            } else {
                let isDrawn = hash[row] >> 32 < limit
                factors[row] = isDrawn ? -1 : 0
                otherCount += isDrawn ? 1 : 0
            }
        }
        let factor = Float(rowCount - topCount) / Float(max(1, otherCount))
        for row in 0..<rowCount where factors[row] < 0 { factors[row] = factor }
        let factors = factors
        bag = RowBag(rowCount: rowCount, buffers: buffers) { factors[$0] != 0 }
    }

    /// The bits of the `topCount`-th largest magnitude, and how many of those that equal it are
    /// among the first `topCount`. Floats that are not negative order like their bits.
    private static func threshold(
        _ magnitudes: UnsafePointer<Float>, _ rowCount: Int, topCount: Int
    ) -> (bits: UInt32, equalCount: Int) {
        var needed = topCount
        let high = digit(of: &needed) { counts in
            for row in 0..<rowCount { counts[Int(magnitudes[row].bitPattern >> 16)] += 1 }
        }
        let low = digit(of: &needed) { counts in
            for row in 0..<rowCount where magnitudes[row].bitPattern >> 16 == high {
                counts[Int(magnitudes[row].bitPattern & 0xFFFF)] += 1
            }
        }
        return (high << 16 | low, needed)
    }

    /// The largest of 65,536 digits from which on there are `needed`, which becomes how many of
    /// that digit itself are needed.
    private static func digit(
        of needed: inout Int, count: (UnsafeMutableBufferPointer<Int>) -> Void
    ) -> UInt32 {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << 16) { counts in
            counts.initialize(repeating: 0)
            count(counts)
            var digit = counts.count - 1
            while digit > 0, counts[digit] < needed {
                needed -= counts[digit]
                digit -= 1
            }
            return UInt32(digit)
        }
    }
}
