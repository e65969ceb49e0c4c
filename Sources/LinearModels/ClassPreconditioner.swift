import CLAPACKE

/// An estimate of the inverse of the second derivatives of log losses, for L-BFGS to start from:
/// that of a class of share s is s (1 - s) times the products of the columns (Böhning 1992).
struct ClassPreconditioner: Sendable {
    /// Columns at most; past it the products are taken for those of columns that do not correlate.
    static let columnCountMax = 2048

    private let columnCount: Int
    private let weight: Double
    /// (outputs) s (1 - s).
    private let curvatures: [Double]
    /// (columnCount²) Cholesky factor; empty without one.
    private var factor: [Double] = []

    /// - Parameters:
    ///   - matrix: (columnCount²) products of the standardised columns; empty for none.
    ///   - curvatures: (outputs), above 0.
    init(
        matrix: [Double], columnCount: Int, weight: Double, curvatures: [Double], lambdaL2: Double
    ) {
        self.columnCount = columnCount
        self.weight = weight
        self.curvatures = curvatures
        guard !matrix.isEmpty else { return }
        let mean = curvatures.reduce(0, +) / Double(curvatures.count)
        var factor = matrix
        for index in 0..<columnCount {
            factor[index * columnCount + index] += lambdaL2 / mean + 1e-9 * weight
        }
        let order = Int32(columnCount)
        if LAPACKE_dpotrf(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), order, &factor, order) == 0
        {
            self.factor = factor
        }
    }

    /// - Parameter gradient: (outputs × (columnCount + 1)), the intercept last.
    func apply(_ gradient: [Double]) -> [Double] {
        var result = gradient
        let order = Int32(columnCount)
        for (output, curvature) in curvatures.enumerated() {
            let start = output * (columnCount + 1)
            if factor.isEmpty {
                for index in start..<start + columnCount { result[index] /= weight * curvature }
            } else {
                result.withUnsafeMutableBufferPointer { result in
                    _ = LAPACKE_dpotrs(
                        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), order, 1, factor, order,
                        result.baseAddress.map { $0 + start }, order)
                }
                for index in start..<start + columnCount { result[index] /= curvature }
            }
            result[start + columnCount] /= weight * curvature
        }
        if curvatures.count > 1 { centre(&result) }
        return result
    }

    /// Takes off what all classes share: it changes no probability, and the optimum has none.
    private func centre(_ values: inout [Double]) {
        let stride = columnCount + 1
        for index in 0..<stride {
            var sum = 0.0
            for output in curvatures.indices { sum += values[output * stride + index] }
            let mean = sum / Double(curvatures.count)
            for output in curvatures.indices { values[output * stride + index] -= mean }
        }
    }
}
