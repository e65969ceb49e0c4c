/// Why an objective cannot be used.
package struct ObjectiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who must act.
    package enum Code: String, Sendable {
        /// A parameter of the objective is outside its range.
        case invalidParameter
        /// A label is not what the objective needs.
        case invalidData
    }

    package let code: Code
    /// What failed, where and what to do, in full sentences.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
