/// The Cholesky factor of a positive definite matrix in twice the precision of a double: it solves
/// least squares of columns whose condition number is as large as 10^12.
struct PreciseCholesky {
    /// Columns at most: it is O(columns³), some hundred times slower than LAPACK.
    static let countMax = 512

    private let count: Int
    /// (count²) lower triangle, row by row.
    private var factor: [DoubleDouble]
    /// The smallest share of a column's square that the columns before it leave over.
    private(set) var smallestShare = 1.0

    /// - Parameter matrix: (count²), symmetric.
    /// - Returns: nil where a column is a combination of others, as far as doubles can tell: less
    ///   than `count · 2^-48` of its size is left.
    init?(_ matrix: [DoubleDouble], count: Int) {
        self.count = count
        factor = Array(repeating: DoubleDouble(), count: count * count)
        let leftMin = Double(count) * 0x1p-48
        for j in 0..<count {
            for i in j..<count {
                var value = matrix[j * count + i]
                for k in 0..<j { value -= factor[i * count + k] * factor[j * count + k] }
                guard i == j else {
                    factor[i * count + j] = value / factor[j * count + j]
                    continue
                }
                let share = value.value / matrix[j * count + j].value
                guard share > leftMin * leftMin else { return nil }
                smallestShare = min(smallestShare, share)
                factor[j * count + j] = value.squareRoot
            }
        }
    }

    /// Solves `matrix · x = right`.
    func solve(_ right: [DoubleDouble]) -> [DoubleDouble] {
        var values = right
        for i in 0..<count {
            for k in 0..<i { values[i] -= factor[i * count + k] * values[k] }
            values[i] = values[i] / factor[i * count + i]
        }
        for i in (0..<count).reversed() {
            for k in i + 1..<max(count, i + 1) {
                values[i] -= factor[k * count + i] * values[k]
            }
            values[i] = values[i] / factor[i * count + i]
        }
        return values
    }
}
