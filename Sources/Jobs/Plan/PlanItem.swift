/// One task of the fan-out, as the state machine's map reads it.
package struct PlanItem: Codable, Hashable, Sendable {
    package var group: String
    /// The manifest of its shards.
    package var data: String
    package var shards: Int
    package var rows: Int
    package var bytes: Int

    package init(group: String, data: String, shards: Int, rows: Int, bytes: Int) {
        self.group = group
        self.data = data
        self.shards = shards
        self.rows = rows
        self.bytes = bytes
    }
}
