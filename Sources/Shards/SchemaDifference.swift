/// How the columns of one shard differ from those of the first.
package struct SchemaDifference: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// A column of the first shard is not there.
        case missing
        /// A column that the first shard does not have.
        case additional
        /// A type that cannot be widened to the other one without loss.
        case type
        /// A column that can be read in the first shard, but not here.
        case unreadable
        /// A narrower type than the table's: read as the table's.
        case widened
        /// The same columns in another order: read in the table's.
        case order

        /// Whether the shards make one table all the same.
        package var isBridged: Bool { self == .widened || self == .order }
    }

    package let object: String
    /// nil where the order differs.
    package let column: String?
    package let difference: Kind
    /// In words.
    package let detail: String
}
