/// Elastic net on the normal equations, one coordinate at a time (Friedman, Hastie and Tibshirani
/// 2010, covariance updates), with the sequential strong rule (Tibshirani et al. 2012).
struct CoordinateDescent {
    /// Sweeps of one penalty at most; each is O(columns · changes).
    static let sweepCountMax = 100_000
    /// A fit has converged when no coordinate breaks its optimality condition by more than this
    /// share of the largest |right|.
    static let tolerance = 1e-10

    /// (count²) positive semidefinite, and (count).
    private let matrix: [Double]
    private let right: [Double]
    private let count: Int
    private(set) var values: [Double]
    /// (count) right - matrix · values.
    private var gradient: [Double]
    private var lastLambdaL1: Double

    init(matrix: [Double], right: [Double]) {
        self.matrix = matrix
        self.right = right
        count = right.count
        values = Array(repeating: 0, count: right.count)
        gradient = right
        lastLambdaL1 = right.reduce(0) { max($0, abs($1)) }
    }

    /// The smallest `lambda_l1` that leaves no coefficient.
    var lambdaL1Max: Double { right.reduce(0) { max($0, abs($1)) } }

    /// Minimises `values · matrix · values / 2 - right · values + lambdaL1 |values|₁
    /// + lambdaL2 |values|² / 2`, from the values at hand.
    /// - Returns: sweeps, and whether they converged.
    mutating func solve(lambdaL1: Double, lambdaL2: Double) -> (sweeps: Int, isConverged: Bool) {
        let limit = Self.tolerance * max(lambdaL1Max, Double.leastNormalMagnitude)
        // What the strong rule discards comes back if it breaks its condition in the end.
        let bound = 2 * lambdaL1 - lastLambdaL1
        var isKept = (0..<count).map { values[$0] != 0 || abs(gradient[$0]) >= bound }
        lastLambdaL1 = lambdaL1
        var sweeps = 0
        while sweeps < Self.sweepCountMax {
            var isSettled = false
            while !isSettled, sweeps < Self.sweepCountMax {
                sweeps += 1
                _ = sweep(isKept, onlyActive: false, lambdaL1, lambdaL2)
                // The few that are not 0 first: they do most of the work.
                for _ in 0..<1_000 where sweeps < Self.sweepCountMax {
                    sweeps += 1
                    if sweep(isKept, onlyActive: true, lambdaL1, lambdaL2) <= limit { break }
                }
                refreshGradient()
                isSettled = (0..<count).allSatisfy {
                    !isKept[$0] || violation($0, lambdaL1, lambdaL2) <= limit
                }
            }
            guard isSettled else { return (sweeps, false) }
            let broken = (0..<count).filter {
                !isKept[$0] && violation($0, lambdaL1, lambdaL2) > limit
            }
            if broken.isEmpty { return (sweeps, true) }
            for index in broken { isKept[index] = true }
        }
        return (sweeps, false)
    }

    /// - Returns: the largest change of a gradient that one step made.
    private mutating func sweep(
        _ isKept: [Bool], onlyActive: Bool, _ lambdaL1: Double, _ lambdaL2: Double
    ) -> Double {
        var change = 0.0
        matrix.withUnsafeBufferPointer { matrix in
            gradient.withUnsafeMutableBufferPointer { gradient in
                for j in 0..<count where isKept[j] && (!onlyActive || values[j] != 0) {
                    let diagonal = matrix[j * count + j]
                    guard diagonal + lambdaL2 > 0 else { continue }
                    let target = gradient[j] + diagonal * values[j]
                    let size = abs(target) - lambdaL1
                    let next = size > 0 ? (target > 0 ? size : -size) / (diagonal + lambdaL2) : 0
                    let step = next - values[j]
                    guard step != 0 else { continue }
                    values[j] = next
                    change = max(change, abs(step) * (diagonal + lambdaL2))
                    let column = UnsafeBufferPointer(
                        rebasing: matrix[j * count..<(j + 1) * count])
                    for i in 0..<count { gradient[i] -= step * column[i] }
                }
            }
        }
        return change
    }

    /// Takes away what many small updates have rounded off.
    private mutating func refreshGradient() {
        gradient = right
        for j in 0..<count where values[j] != 0 {
            for i in 0..<count { gradient[i] -= values[j] * matrix[j * count + i] }
        }
    }

    /// How far the subgradient of coordinate j is from holding 0.
    private func violation(_ j: Int, _ lambdaL1: Double, _ lambdaL2: Double) -> Double {
        let slope = gradient[j] - lambdaL2 * values[j]
        if values[j] == 0 { return max(abs(slope) - lambdaL1, 0) }
        return abs(slope - (values[j] > 0 ? lambdaL1 : -lambdaL1))
    }
}
