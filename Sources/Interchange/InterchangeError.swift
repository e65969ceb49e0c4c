/// What can go wrong with a model of another library.
package struct InterchangeError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The bytes break the format that they claim to be.
        case outOfSpec
        /// The model uses something that cannot be carried over exactly.
        case unsupported
        /// The model needs more than a stated bound allows.
        case limitExceeded
    }

    package var code: Code
    /// What failed, where (line, key or byte), and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
