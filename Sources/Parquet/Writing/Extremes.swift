/// Smallest and largest values, for statistics.
enum Extremes {
    /// nil for no values.
    static func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Value>
    ) -> (min: Value, max: Value)? {
        guard var low = values.first else { return nil }
        var high = low
        for value in values {
            low = value < low ? value : low
            high = value > high ? value : high
        }
        return (low, high)
    }

    /// nil for no values but NaN.
    ///
    /// Four accumulators hide the latency of the comparisons; the order does not matter for the
    /// result but in the sign of zero, which the caller settles.
    /// - Complexity: O(`values.count`). Twin: `floatsNaive` in the tests.
    static func floats<Value: BinaryFloatingPoint & BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Value>
    ) -> (min: Value, max: Value)? {
        guard let base = values.baseAddress else { return nil }
        var low0 = Value.infinity
        var low1 = low0
        var low2 = low0
        var low3 = low0
        var high0 = -Value.infinity
        var high1 = high0
        var high2 = high0
        var high3 = high0
        var index = 0
        // Comparisons with NaN are false: it never replaces an accumulator.
        while index &+ 4 <= values.count {
            let (value0, value1) = (base[index], base[index &+ 1])
            let (value2, value3) = (base[index &+ 2], base[index &+ 3])
            low0 = value0 < low0 ? value0 : low0
            low1 = value1 < low1 ? value1 : low1
            low2 = value2 < low2 ? value2 : low2
            low3 = value3 < low3 ? value3 : low3
            high0 = value0 > high0 ? value0 : high0
            high1 = value1 > high1 ? value1 : high1
            high2 = value2 > high2 ? value2 : high2
            high3 = value3 > high3 ? value3 : high3
            index &+= 4
        }
        while index < values.count {
            let value = base[index]
            low0 = value < low0 ? value : low0
            high0 = value > high0 ? value : high0
            index &+= 1
        }
        let low = min(min(low0, low1), min(low2, low3))
        let high = max(max(high0, high1), max(high2, high3))
        if low <= high { return (low, high) }
        return nil
    }

    /// nil for no values. Compares bytes as unsigned numbers.
    static func byteArrays(
        _ values: UnsafeBufferPointer<UnsafeBufferPointer<UInt8>>
    ) -> (min: UnsafeBufferPointer<UInt8>, max: UnsafeBufferPointer<UInt8>)? {
        guard var low = values.first else { return nil }
        var high = low
        for value in values {
            if precedes(value, low) {
                low = value
            } else if precedes(high, value) {
                high = value
            }
        }
        return (low, high)
    }

    @inline(__always)
    static func precedes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = min(a.count, b.count)
        for index in 0..<count where a[index] != b[index] { return a[index] < b[index] }
        return a.count < b.count
    }
}
