import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Shards

@Suite("PartitionColumn")
struct PartitionColumnTests {
    private func shards(_ partitions: [[(String, String?)]]) throws -> [Shard] {
        try partitions.enumerated().map { index, parts in
            Shard(
                object: ObjectSummary(
                    url: try Resolving.url("s3://b/\(index)"), byteCount: 1, etag: ""),
                partition: parts.map { PartitionValue(key: $0.0, value: $0.1) })
        }
    }

    @Test(
        "whole numbers in their shortest form are int64, everything else is text",
        arguments: [
            (["1", "-20", nil], true), (["01", "2"], false), (["1", "x"], false),
            (["+1"], false), (["9223372036854775808"], false), (["1.0"], false), ([""], false),
        ] as [([String?], Bool)])
    func infersType(values: [String?], isInteger: Bool) throws {
        let columns = try PartitionColumn.columns(of: try shards(values.map { [("k", $0)] }))
        #expect(columns.map(\.type) == [isInteger ? .int64 : .string])
        #expect(columns[0].values == values)
        for (index, value) in values.enumerated() {
            let column = columns[0].column(shardIndex: index, rowCount: 3)
            #expect(column.texts == [value, value, value])
        }
    }

    @Test("other folders than those of the first shard, or one twice, are refused")
    func refusesOtherFolders() throws {
        let wrong: [[[(String, String?)]]] = [
            [[("a", "1")], [("b", "1")]], [[("a", "1")], []], [[("a", "1"), ("a", "2")]],
            [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]],
        ]
        for partitions in wrong {
            let shards = try shards(partitions)
            let error = #expect(throws: ShardError.self) { try PartitionColumn.columns(of: shards) }
            #expect(error?.code == .outOfSpec)
            #expect(error?.context.object == "s3://b/\(partitions.count - 1)")
        }
    }
}
