/// A linear model that cannot be fitted.
package struct LinearModelError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The data cannot be fitted: no rows, no weight, infinite values.
        case outOfSpec
        /// A parameter of the caller cannot work.
        case invalidParameter
        /// The design matrix is wider than its bound.
        case limitExceeded
    }

    package var code: Code
    /// What failed, where, and what to do.
    package var message: String
    package var context: [String: String]

    package init(_ code: Code, _ message: String, context: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.context = context
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
