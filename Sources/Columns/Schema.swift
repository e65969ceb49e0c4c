/// The columns of a table, in order. Names are unique.
package struct Schema: Hashable, Sendable {
    package let fields: [Field]
    private let indexByName: [String: Int]

    /// - Precondition: the names are unique; a reader checks this before and throws.
    package init(_ fields: [Field]) {
        self.fields = fields
        self.indexByName = Dictionary(
            uniqueKeysWithValues: fields.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// The position of the column called `name` (exact match), or nil.
    package func index(of name: String) -> Int? { indexByName[name] }

    package subscript(name: String) -> Field? { index(of: name).map { fields[$0] } }
}
