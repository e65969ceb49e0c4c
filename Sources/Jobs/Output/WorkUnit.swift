/// What one unit of a run works on, as its commit record remembers it.
package struct WorkUnit: Codable, Hashable, Sendable {
    /// `JobValues.identity`
    package var parameters: [String: String]
    /// Of the versions of all objects that are read: shards, then models.
    package var inputsSha256: String
}
