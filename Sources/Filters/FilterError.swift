/// Why a filter cannot be used: what is wrong, and where in its text.
package struct FilterError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The text is not an expression of the language.
        case syntax
        /// A column that the table does not have, or that cannot be read.
        case unknownColumn
        /// A literal that the column's type cannot be compared with.
        case typeMismatch
        /// The expression is too long or too deep.
        case limitExceeded
    }

    package let code: Code
    package let message: String
    /// Characters of `expression` that the message speaks of; empty at its end.
    package let place: Range<Int>
    package let expression: String

    init(_ code: Code, _ message: String, at place: Range<Int>, in expression: String) {
        self.code = code
        self.message = message
        self.place = place
        self.expression = expression
    }
}

extension FilterError: CustomStringConvertible {
    /// Characters of the expression that are shown on either side of the place.
    private static let shownCount = 60

    /// The message, and below it the expression with carets under the place.
    package var description: String {
        let characters = expression.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        let start = max(0, place.lowerBound - Self.shownCount)
        let end = min(characters.count, place.lowerBound + Self.shownCount)
        let before = start > 0 ? "…" : ""
        let shown =
            before + String(characters[start..<max(start, end)])
            + (end < characters.count ? "…" : "")
        let indent = String(
            repeating: " ", count: place.lowerBound - start + before.count)
        let caretCount = max(1, min(place.count, end - place.lowerBound))
        let carets = String(repeating: "^", count: caretCount)
        return "\(message) (character \(place.lowerBound + 1) of the filter)\n"
            + "    \(shown)\n    \(indent)\(carets)"
    }
}
