package import Models
package import Threads

/// Ridge regression in one pass over the rows, in memory that depends on the features alone.
///
/// Minimises `sum of w * (y - b - z·c)^2 + lambdaL2 * |c|^2`, z the standardised columns
/// (weighted mean 0, variance 1 with divisor `sum of w`), b not penalised: scikit-learn's
/// `Ridge(alpha: lambdaL2)` behind a `StandardScaler`. `lambdaL2` 0 is least squares.
package struct RidgeTrainer: Sendable {
    package let features: FeatureSchema
    package let lambdaL2: Double

    /// - Throws: `invalidParameter` when `lambdaL2` is negative or not finite.
    package init(features: FeatureSchema, lambdaL2: Double) throws(LinearModelError) {
        guard lambdaL2 >= 0, lambdaL2.isFinite else {
            throw LinearModelError(
                .invalidParameter, "`lambda_l2` is \(lambdaL2); it must be 0 or more.")
        }
        self.features = features
        self.lambdaL2 = lambdaL2
    }

    /// Adds the rows of one batch.
    /// - Parameters:
    ///   - columns: (features.count), prepared by `FeatureEncoder`, in the features' order.
    ///   - target: (rowCount), finite.
    ///   - weights: (rowCount), finite and not negative; nil counts every row as 1.
    /// - Throws: `outOfSpec` for an infinite value, a missing target or a bad weight.
    package mutating func add(
        columns: [EncodedColumn], target: UnsafeBufferPointer<Double>,
        weights: UnsafeBufferPointer<Double>? = nil, pool: ThreadPool
    ) throws(LinearModelError) {
    }

    /// Solves for the rows added so far; more may be added after.
    /// - Throws: `outOfSpec` without rows or weight.
    package func solve() throws(LinearModelError) -> RidgeFit {
        throw LinearModelError(.outOfSpec, "")
    }
}
