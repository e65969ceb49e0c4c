/// A running sum that carries its rounding error (Neumaier 1974).
struct CompensatedSum {
    private var sum = 0.0
    private var error = 0.0

    mutating func add(_ value: Double) {
        let next = sum + value
        error += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
        sum = next
    }

    /// An infinite sum has no error term worth adding (it is NaN).
    var value: Double { sum.isFinite ? sum + error : sum }
}
