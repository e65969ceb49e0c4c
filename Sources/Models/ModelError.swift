/// What can go wrong with a model: its bytes, its fit to the data, or a caller's parameter.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The model and the data do not fit together.
        case incompatible
        /// The bytes of a model break its format.
        case outOfSpec
        /// A model format that this program does not read.
        case unsupported
        /// A parameter of the caller cannot work.
        case invalidParameter
        /// The data need more than a stated bound allows.
        case limitExceeded
    }

    package var code: Code
    /// What failed, where, and what to do.
    package var message: String
    /// Column, section or object names with their values, for logs.
    package var context: [String: String]

    package init(_ code: Code, _ message: String, context: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.context = context
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
