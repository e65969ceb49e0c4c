/// Why bytes could not be read as Parquet, or columns not be written.
///
/// The message says what failed and what to do. The place (row group, column, page, byte) is kept
/// apart and put before it by `description`; the name of the object is added by the caller, who
/// alone knows it.
package struct ParquetError: Error, Hashable, Sendable {
    /// Who must act.
    package enum Code: String, Hashable, Sendable {
        /// The bytes break the specification: the owner of the file.
        case outOfSpec
        /// The file is valid, and this reader or writer cannot do it.
        case unsupported
        /// The caller asked for something that does not exist.
        case invalidParameter
        /// The file is larger than what this process agreed to hold.
        case limitExceeded
    }

    package let code: Code
    package let message: String
    package private(set) var context: Context

    package init(_ code: Code, _ message: String, context: Context = Context()) {
        self.code = code
        self.message = message
        self.context = context
    }

    /// Where in an object something failed; nil where it is not known or does not apply.
    package struct Context: Hashable, Sendable {
        /// 0-based.
        package var rowGroupIndex: Int?
        /// The dotted path of the column.
        package var column: String?
        /// 0-based position within the column chunk, dictionary pages counted.
        package var pageIndex: Int?
        /// From the first byte of the object.
        package var byteOffset: Int?

        package init(
            rowGroupIndex: Int? = nil, column: String? = nil, pageIndex: Int? = nil,
            byteOffset: Int? = nil
        ) {
            self.rowGroupIndex = rowGroupIndex
            self.column = column
            self.pageIndex = pageIndex
            self.byteOffset = byteOffset
        }
    }

    /// The same error, with the places that were not known deeper down filled in.
    package func adding(_ outer: Context) -> ParquetError {
        var error = self
        error.context.rowGroupIndex = context.rowGroupIndex ?? outer.rowGroupIndex
        error.context.column = context.column ?? outer.column
        error.context.pageIndex = context.pageIndex ?? outer.pageIndex
        error.context.byteOffset = context.byteOffset ?? outer.byteOffset
        return error
    }
}

extension ParquetError: CustomStringConvertible {
    package var description: String { description(object: nil) }

    /// One paragraph: the place, the object if given, what is wrong, and what to do.
    package func description(object: String?) -> String {
        var place: [String] = []
        if let column = context.column { place.append("column `\(column)`") }
        if let rowGroup = context.rowGroupIndex { place.append("row group \(rowGroup)") }
        if let page = context.pageIndex { place.append("page \(page)") }
        var text = place.joined(separator: ", ")
        if let object { text += text.isEmpty ? object : " of \(object)" }
        if let byteOffset = context.byteOffset {
            text += text.isEmpty ? "byte \(byteOffset)" : " at byte \(byteOffset)"
        }
        let advice =
            switch code {
            case .outOfSpec:
                " The file breaks the Parquet specification; rewrite it, or leave it out."
            case .unsupported, .invalidParameter, .limitExceeded: ""
            }
        return (text.isEmpty ? message : "\(text): \(message)") + advice
    }
}
