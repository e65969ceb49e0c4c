/// A metric that cannot be computed from what was given.
package struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// A parameter of the metric is missing or out of range.
        case invalidParameter
        /// A metric that does not exist, or not for these predictions.
        case unsupported
    }

    package var code: Code
    /// What failed and what to do.
    package var message: String
    package var context: [String: String]

    package init(_ code: Code, _ message: String, context: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.context = context
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
