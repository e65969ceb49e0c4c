/// Why values could not be binned.
package struct BinningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who must act.
    package enum Code: String, Sendable {
        /// A binning parameter is outside its range.
        case invalidParameter
        /// The data has more of something than the format can hold.
        case limitExceeded
        /// The scratch disk has no room for what memory has none for.
        case outOfSpace
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
