/// One element of a small XML document, as S3 and STS write them: names, texts and nesting.
/// Attributes, comments and processing instructions are skipped; a DOCTYPE is refused.
package struct XMLElement: Hashable, Sendable {
    package let name: String
    package internal(set) var children: [XMLElement] = []
    /// Unescaped; of a leaf, the element's value.
    package internal(set) var text = ""

    init(name: String) { self.name = name }

    /// Reads a whole document.
    /// - Throws: `XMLError` for anything that is not well-formed, too deep or too large.
    package init(parsing bytes: [UInt8]) throws(XMLError) {
        var reader = XMLReader(bytes)
        self = try reader.document()
    }

    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    package func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Of the first child of that name.
    package func text(of name: String) -> String? { child(name)?.text }
}
