import CLAPACKE

/// Solves the normal equations with LAPACK, and refines what it gives in twice the precision.
enum SymmetricSolver {
    struct Solution {
        var values: [DoubleDouble]
        var method: LinearFit.Method
        var reciprocalCondition: Double
        /// Names of columns that are combinations of others.
        var collinear: [String] = []
    }

    /// Above this 1 / condition a factor of doubles is good enough to refine from.
    private static let refinableCondition = 1e-12
    private static let refinementCountMax = 10

    /// Solves `(matrix + penalty · I) x = right`.
    ///
    /// By Cholesky in doubles; where the columns are so nearly collinear that digits would be
    /// lost, by Cholesky in twice the precision, if the sums have it; where the matrix is
    /// singular, by its eigenvectors without those of negligible eigenvalues, which gives the
    /// solution of smallest norm. Each is refined with residuals in twice the precision, if the
    /// sums have it.
    /// - Parameter names: (count) of the columns, for `collinear`.
    /// - Throws: `outOfSpec` when LAPACK fails (a product of columns overflowed).
    static func solve(
        _ system: DesignSystem, penalty: Double, names: [String]
    ) throws(LinearModelError) -> Solution {
        let count = system.count
        guard count > 0 else {
            return Solution(values: [], method: .cholesky, reciprocalCondition: 1)
        }
        guard system.isFinite else {
            throw LinearModelError(
                .outOfSpec,
                "The products of the columns overflow: values are too large for a "
                    + "linear model. Scale them down.")
        }
        var penalised = system.matrix
        for index in 0..<count { penalised[index * count + index] += DoubleDouble(penalty) }
        let rounded = penalised.map(\.value)
        let conditionMin =
            system.isPrecise ? refinableCondition : Double(count) * Double.ulpOfOne
        if let solution = cholesky(rounded, system, penalty, conditionMin) { return solution }
        if system.isPrecise, count <= PreciseCholesky.countMax,
            let factor = PreciseCholesky(penalised, count: count)
        {
            return Solution(
                values: refine(system, penalty, from: factor.solve(system.right)) {
                    factor.solve($0)
                },
                method: .preciseCholesky, reciprocalCondition: factor.smallestShare)
        }
        return try eigenvalues(rounded, system, penalty, names)
    }

    /// nil when the matrix is not positive definite, or so nearly singular that digits are lost.
    private static func cholesky(
        _ matrix: [Double], _ system: DesignSystem, _ penalty: Double, _ conditionMin: Double
    ) -> Solution? {
        let count = system.count
        let order = Int32(count)
        let norm =
            (0..<count).map { column in
                (0..<count).reduce(0) { $0 + abs(matrix[column * count + $1]) }
            }.max() ?? 0
        var factor = matrix
        var reciprocalCondition = 0.0
        let upper = CChar(UInt8(ascii: "U"))
        guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, upper, order, &factor, order) == 0,
            LAPACKE_dpocon(
                LAPACK_COL_MAJOR, upper, order, factor, order, norm, &reciprocalCondition) == 0,
            reciprocalCondition > conditionMin
        else { return nil }
        func solve(_ right: [DoubleDouble]) -> [DoubleDouble] {
            var values = right.map(\.value)
            _ = LAPACKE_dpotrs(LAPACK_COL_MAJOR, upper, order, 1, factor, order, &values, order)
            return values.map { DoubleDouble($0) }
        }
        return Solution(
            values: refine(system, penalty, from: solve(system.right), solve), method: .cholesky,
            reciprocalCondition: reciprocalCondition)
    }

    /// Adds what `solve` makes of the residuals, until that is nothing or shrinks no longer.
    private static func refine(
        _ system: DesignSystem, _ penalty: Double, from start: [DoubleDouble],
        _ solve: ([DoubleDouble]) -> [DoubleDouble]
    ) -> [DoubleDouble] {
        guard system.isPrecise else { return start }
        var values = start
        var last = Double.infinity
        for _ in 0..<refinementCountMax {
            let step = solve(system.residual(values, penalty: penalty))
            let size = zip(step, values).reduce(0.0) { largest, pair in
                let scale = abs(pair.1.value)
                return max(largest, scale > 0 ? abs(pair.0.value) / scale : 0)
            }
            guard size < last / 2 else { break }
            for index in values.indices { values[index] += step[index] }
            guard size > 0x1p-60 else { break }
            last = size
        }
        return values
    }

    private static func eigenvalues(
        _ matrix: [Double], _ system: DesignSystem, _ penalty: Double, _ names: [String]
    ) throws(LinearModelError) -> Solution {
        let count = system.count
        let (eigenvalues, vectors) = try eigenvectors(matrix, count: count)
        // Ascending: the last is the largest.
        let largest = eigenvalues[count - 1]
        let cut = largest * Double(count) * Double.ulpOfOne * 10
        func solve(_ right: [DoubleDouble]) -> [DoubleDouble] {
            var values = [Double](repeating: 0, count: count)
            for k in 0..<count where eigenvalues[k] > cut {
                var projection = 0.0
                for i in 0..<count { projection += vectors[k * count + i] * right[i].value }
                let step = projection / eigenvalues[k]
                for i in 0..<count { values[i] += step * vectors[k * count + i] }
            }
            return values.map { DoubleDouble($0) }
        }
        return Solution(
            values: refine(system, penalty, from: solve(system.right), solve),
            method: .eigenvalues,
            reciprocalCondition: largest > 0 ? max(eigenvalues[0], 0) / largest : 0,
            collinear: collinear(system.roundedMatrix, names))
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
