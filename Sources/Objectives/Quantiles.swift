/// Quantiles of a set of numbers, by LightGBM's definitions, so that leaves get equal values.
package enum Quantiles {
    /// With `position = (1 - alpha) * (count - 1)` counted from the largest value down, the value at
    /// its integral part, moved towards the next smaller one by its fraction.
    /// - Parameter values: no NaN; reordered.
    /// - Returns: 0 for no values.
    /// - Complexity: O(count) on average.
    package static func quantile(_ alpha: Double, of values: inout [Double]) -> Double {
        values.withUnsafeMutableBufferPointer { quantile(alpha, of: $0) }
    }

    /// The same over a buffer.
    package static func quantile(
        _ alpha: Double, of values: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let count = values.count
        guard count > 1 else { return values.first ?? 0 }
        let position = (1 - alpha) * Double(count - 1)
        let whole = min(max(0, Int(position)), count - 1)
        // From the smallest up, the value in question has index `count - 1 - whole`.
        let rank = count - 1 - whole
        let upper = select(rank, in: values)
        guard rank > 0 else { return upper }
        // Everything before the selected value is at most as large.
        var lower = values[0]
        for index in 1..<max(1, rank) { lower = max(lower, values[index]) }
        return upper - (upper - lower) * (position - Double(whole))
    }

    /// The value where the running sum of weights passes `alpha` times their total: interpolated
    /// from the one before when its weight is at least 1, else the one before; the first and the
    /// last value stay as they are.
    package static func weightedQuantile(
        _ alpha: Double, of pairs: [(value: Double, weight: Double)]
    ) -> Double {
        guard pairs.count > 1 else { return pairs.first?.value ?? 0 }
        // Of equal values the first stays first, as in a stable sort.
        let sorted = pairs.enumerated().sorted {
            ($0.element.value, $0.offset) < ($1.element.value, $1.offset)
        }.map(\.element)
        var sums: [Double] = []
        sums.reserveCapacity(sorted.count)
        var sum = 0.0
        for pair in sorted {
            sum += pair.weight
            sums.append(sum)
        }
        let threshold = sum * alpha
        let position = min(sums.firstIndex { $0 > threshold } ?? sums.count, sums.count - 1)
        if position == 0 || position == sums.count - 1 { return sorted[position].value }
        let step = sums[position] - sums[position - 1]
        let before = sorted[position - 1].value
        guard step >= 1 else { return before }
        return before
            + (threshold - sums[position - 1]) / step * (sorted[position].value - before)
    }

    /// Puts the `rank`-th smallest value (from 0) in its place, smaller ones before it and larger
    /// ones after it, and returns it. Quickselect with the median of three as pivot.
    static func select(_ rank: Int, in values: UnsafeMutableBufferPointer<Double>) -> Double {
        var low = 0
        var high = values.count - 1
        while low < high {
            let middle = low + (high - low) / 2
            if values[middle] < values[low] { values.swapAt(middle, low) }
            if values[high] < values[low] { values.swapAt(high, low) }
            if values[high] < values[middle] { values.swapAt(high, middle) }
            let pivot = values[middle]
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                break
            }
        }
        return values[rank]
    }
}
