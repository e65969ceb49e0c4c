/// Why trees cannot be trained.
package struct TreesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who must act.
    package enum Code: String, Sendable {
        /// A parameter is outside its range, or does not fit the others.
        case invalidParameter
        /// Labels, weights or features cannot be learned from.
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
