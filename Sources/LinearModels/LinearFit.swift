package import Models

/// A fitted linear model and what is worth knowing about the fit.
package struct LinearFit: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case cholesky
        /// In twice the precision of a double, for columns that are nearly collinear.
        case preciseCholesky = "cholesky, double-double"
        /// Eigenvectors of negligible eigenvalues left out: the solution of smallest norm.
        case eigenvalues
        case coordinateDescent = "coordinate descent"
        case newton
        case quasiNewton = "l-bfgs"
    }

    /// The cross-validated error of one penalty.
    package struct PathPoint: Hashable, Sendable {
        package var penalty: LinearPenalty
        /// Root mean squared error on the rows left out, all folds together.
        package var error: Double
    }

    package var model: LinearModel
    package var method: Method
    package var penalty: LinearPenalty
    /// Of an iterative method: sweeps or steps that were done.
    package var iterations = 0
    package var isConverged = true
    /// Rows that were added (weight 0 included) and the sum of their weights.
    package var rowCount: Int
    package var weightSum: Double
    /// Root mean squared error and share of explained variance on the training rows, from the
    /// normal equations; NaN for other losses.
    package var trainRMSE: Double
    package var trainR2: Double
    /// Mean loss of the training rows, where it is not the squared error.
    package var trainLoss: Double?
    /// Estimate of 1 / condition number of the matrix that was solved; NaN when none was.
    package var reciprocalCondition: Double
    /// Columns without variance, which have no term. Written as `age`, `age is missing`,
    /// `workclass=Private`.
    package var constantColumns: [String]
    /// Columns that are linear combinations of others (only without a penalty are they a problem).
    package var collinearColumns: [String]
    /// Penalties that were compared, in that order; empty when one was given.
    package var path: [PathPoint] = []

    /// What a log should say of the fit, in sentences.
    package var warnings: [String] {
        var result: [String] = []
        if !constantColumns.isEmpty {
            result.append(
                "Constant in every row, left out: " + constantColumns.joined(separator: ", ") + ".")
        }
        if !collinearColumns.isEmpty {
            result.append(
                "Linear combinations of other columns: " + collinearColumns.joined(separator: ", ")
                    + ". Their coefficients are the smallest of many that fit alike; a positive "
                    + "`lambda_l2`, or leaving them out, makes them unique.")
        }
        if method == .preciseCholesky || (method == .cholesky && reciprocalCondition < 1e-11) {
            result.append(
                "The columns are nearly collinear (condition \(1 / reciprocalCondition)): small "
                    + "changes of the data change the coefficients much. A larger `lambda_l2` "
                    + "mends it.")
        }
        if !isConverged {
            result.append(
                "The fit has not converged after \(iterations) iterations: the coefficients are "
                    + "not the optimum. A larger penalty, or leaving out columns that separate the "
                    + "classes, mends it.")
        }
        return result
    }
}
