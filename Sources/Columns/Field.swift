/// The name and type of one column.
package struct Field: Hashable, Sendable {
    package var name: String
    package var type: ColumnType
    /// Whether the file may hold nulls in this column (its repetition is `optional`).
    package var isNullable: Bool

    package init(name: String, type: ColumnType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}
