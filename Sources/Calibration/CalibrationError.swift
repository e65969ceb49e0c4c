/// A calibration that its rows do not allow.
package struct CalibrationError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// Too few rows, or only one class among them.
        case outOfSpec
    }

    package var code: Code
    /// What failed and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
