/// The name and type of one column.
package struct Field: Hashable, Sendable {
    package var name: String
    package var type: ColumnType
    /// Whether the file may hold nulls in this column (its repetition is `optional`).
    package var isNullable: Bool
    /// Whether the file says that no row has a value, and no type (UNKNOWN in the specification,
    /// pandas' column of `None`); `type` is then how the nulls are stored, and they fit any other.
    package var holdsOnlyNulls: Bool

    package init(
        name: String, type: ColumnType, isNullable: Bool = true, holdsOnlyNulls: Bool = false
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.holdsOnlyNulls = holdsOnlyNulls
    }
}
