package import Models

/// A fitted ridge regression and what is worth knowing about the fit.
package struct RidgeFit: Hashable, Sendable {
    /// How the normal equations were solved.
    package enum Method: String, Hashable, Sendable {
        case cholesky
        /// Eigenvectors of negligible eigenvalues left out: the solution of smallest norm.
        case eigenvalues
    }

    package var model: LinearModel
    package var method: Method
    /// Rows that were added (weight 0 included) and the sum of their weights.
    package var rowCount: Int
    package var weightSum: Double
    /// Root mean squared error and share of explained variance on the training rows, from the
    /// normal equations.
    package var trainRMSE: Double
    package var trainR2: Double
    /// Estimate of 1 / condition number of the matrix that was solved.
    package var reciprocalCondition: Double
    /// Columns without variance, which have no term. Written as `age`, `age is missing`,
    /// `workclass=Private`.
    package var constantColumns: [String]
    /// Columns that are linear combinations of others (only without a penalty are they a problem).
    package var collinearColumns: [String]
    /// The above in sentences, for a log.
    package var warnings: [String]
}
