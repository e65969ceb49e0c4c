/// What a filter did to a table.
package struct FilterReport: Hashable, Sendable, Codable {
    package var expression: String
    /// Shards of the table, and those among them that their partition ruled out unread.
    package var shards = 0
    package var shardsSkipped = 0
    /// Row groups of the shards whose footers were read.
    package var rowGroups = 0
    /// Row groups of which no value was read, because footer, bloom filter or page index ruled out
    /// a match.
    package var rowGroupsSkipped = 0
    /// Row groups of which no value was read, because the footer proves that all rows match.
    package var rowGroupsWhole = 0
    /// Rows of the shards whose footers were read.
    package var rowsConsidered = 0
    package var rowsKept = 0

    package init(expression: String) { self.expression = expression }
}
