package import ObjectStores

/// One object of a table, and the Hive partition it lies in.
package struct Shard: Hashable, Sendable {
    package let object: ObjectSummary
    /// `key=value` folders between the table's URL and the object, outermost first.
    package let partition: [PartitionValue]

    package init(object: ObjectSummary, partition: [PartitionValue] = []) {
        self.object = object
        self.partition = partition
    }
}

/// One `key=value` folder of Hive's layout, percent-decoded.
package struct PartitionValue: Codable, Hashable, Sendable {
    package let key: String
    /// nil for `__HIVE_DEFAULT_PARTITION__`, Hive's way to write null.
    package let value: String?

    package init(key: String, value: String?) {
        self.key = key
        self.value = value
    }
}
