/// Why the shards of a table cannot be found, or do not make one table.
package struct ShardError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The shards' bytes or schemas are wrong.
        case outOfSpec
        /// A column or type that Martlet does not read.
        case unsupported
        /// What was asked for is not in the shards: a column, a manifest's entry, any shard at all.
        case invalidParameter
    }

    /// Where in a shard the error lies; parts that do not apply are nil.
    package struct Context: Hashable, Sendable {
        package var object: String?
        package var rowGroup: Int?
        package var column: String?
        package var page: Int?
        /// Offset from the start of the object.
        package var byteOffset: Int?

        package init(
            object: String? = nil, rowGroup: Int? = nil, column: String? = nil, page: Int? = nil,
            byteOffset: Int? = nil
        ) {
            self.object = object
            self.rowGroup = rowGroup
            self.column = column
            self.page = page
            self.byteOffset = byteOffset
        }
    }

    package let code: Code
    package let message: String
    package let context: Context

    package init(_ code: Code, _ message: String, context: Context = Context()) {
        self.code = code
        self.message = message
        self.context = context
    }

    package var description: String {
        context.object.map { "\($0): \(message)" } ?? message
    }
}
