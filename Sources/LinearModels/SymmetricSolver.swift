import CLAPACKE

/// Solves symmetric positive semidefinite systems with LAPACK.
enum SymmetricSolver {
    struct Solution {
        var values: [Double]
        var method: LinearFit.Method
        var reciprocalCondition: Double
        /// Names of columns that are combinations of others.
        var collinear: [String]
    }

    /// Solves `(matrix + penalty · I) x = right`: by Cholesky, or, where that matrix is singular
    /// to working precision, by its eigenvectors without those of negligible eigenvalues, which
    /// gives the solution of smallest norm.
    /// - Parameters:
    ///   - matrix: (count²), both triangles.
    ///   - names: (count) of the columns, for `collinear`.
    /// - Throws: `outOfSpec` when LAPACK fails (a product of columns overflowed).
    static func solve(
        _ matrix: [Double], right: [Double], penalty: Double, names: [String]
    ) throws(LinearModelError) -> Solution {
        let count = right.count
        guard count > 0 else {
            return Solution(
                values: [], method: .cholesky, reciprocalCondition: 1, collinear: [])
        }
        guard matrix.allSatisfy(\.isFinite), right.allSatisfy(\.isFinite) else {
            throw LinearModelError(
                .outOfSpec,
                "The products of the columns overflow: values are too large for a "
                    + "linear model. Scale them down.")
        }
        var penalised = matrix
        for index in 0..<count { penalised[index * count + index] += penalty }
        if let solution = cholesky(penalised, right) { return solution }
        return try eigenvalues(penalised, right, collinear: collinear(matrix, names))
    }

    /// nil when the matrix is not positive definite, or so nearly singular that digits are lost.
    private static func cholesky(_ matrix: [Double], _ right: [Double]) -> Solution? {
        let count = right.count
        let order = Int32(count)
        let norm =
            (0..<count).map { column in
                (0..<count).reduce(0) { $0 + abs(matrix[column * count + $1]) }
            }.max() ?? 0
        var factor = matrix
        var values = right
        var reciprocalCondition = 0.0
        let upper = CChar(UInt8(ascii: "U"))
        guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, upper, order, &factor, order) == 0,
            LAPACKE_dpocon(
                LAPACK_COL_MAJOR, upper, order, factor, order, norm, &reciprocalCondition) == 0,
            reciprocalCondition > Double(count) * Double.ulpOfOne,
            LAPACKE_dpotrs(LAPACK_COL_MAJOR, upper, order, 1, factor, order, &values, order) == 0
        else { return nil }
        return Solution(
            values: values, method: .cholesky, reciprocalCondition: reciprocalCondition,
            collinear: [])
    }

    private static func eigenvalues(
        _ matrix: [Double], _ right: [Double], collinear: [String]
    ) throws(LinearModelError) -> Solution {
        let count = right.count
        let (eigenvalues, vectors) = try eigenvectors(matrix, count: count)
        // Ascending: the last is the largest.
        let largest = eigenvalues[count - 1]
        let cut = largest * Double(count) * Double.ulpOfOne * 10
        var values = [Double](repeating: 0, count: count)
        for k in 0..<count where eigenvalues[k] > cut {
            var projection = 0.0
            for i in 0..<count { projection += vectors[k * count + i] * right[i] }
            let step = projection / eigenvalues[k]
            for i in 0..<count { values[i] += step * vectors[k * count + i] }
        }
        return Solution(
            values: values, method: .eigenvalues,
            reciprocalCondition: largest > 0 ? max(eigenvalues[0], 0) / largest : 0,
            collinear: collinear)
    }

    /// Eigenvalues, ascending, and the eigenvectors, one behind the other.
    /// - Throws: `outOfSpec` when LAPACK does not converge.
    static func eigenvectors(
        _ matrix: [Double], count: Int
    ) throws(LinearModelError) -> (values: [Double], vectors: [Double]) {
        guard count > 0 else { return ([], []) }
        let order = Int32(count)
        var vectors = matrix
        var eigenvalues = [Double](repeating: 0, count: count)
        let status = LAPACKE_dsyevd(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), order, &vectors,
            order, &eigenvalues)
        guard status == 0 else {
            throw LinearModelError(
                .outOfSpec,
                "LAPACK's dsyevd did not converge (status \(status)) on the normal "
                    + "equations of \(count) columns.")
        }
        return (eigenvalues, vectors)
    }

    /// The columns that pivoted Cholesky leaves over: combinations of those it took.
    private static func collinear(_ matrix: [Double], _ names: [String]) -> [String] {
        let count = names.count
        let order = Int32(count)
        var factor = matrix
        var pivots = [Int32](repeating: 0, count: count)
        var rank: Int32 = 0
        let largest = (0..<count).map { matrix[$0 * count + $0] }.max() ?? 0
        let tolerance = largest * Double(count) * Double.ulpOfOne * 10
        let status = LAPACKE_dpstrf(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), order, &factor, order, &pivots, &rank,
            tolerance)
        guard status >= 0, rank < order else { return [] }
        return pivots[Int(rank)...].map { Int($0) - 1 }.sorted().map { names[$0] }
    }
}
