import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Shards

@Suite("PartitionPath")
struct PartitionPathTests {
    @Test(
        "escapes are decoded, and what is no escape stays",
        arguments: [
            ("a%20b", "a b"), ("%2F", "/"), ("%2f", "/"), ("100%", "100%"), ("%2", "%2"),
            ("%zz", "%zz"), ("%+5", "%+5"), ("%-1", "%-1"), ("%25%32", "%2"), ("", ""),
            ("%C3%A9", "é"), ("é", "é"),
        ])
    func decodesEscapes(text: String, decoded: String) {
        #expect(PartitionPath.percentDecoded(text[...]) == decoded)
    }

    @Test(
        "values are those of the folders below the root",
        arguments: [
            ("s3://b/t/k=v/x", "s3://b/t", ["k=v"]), ("s3://b/t/k=v/x", "s3://b/t/", ["k=v"]),
            ("s3://b/t/k=v/x", "s3://b/t/k=v/", []), ("s3://b/k=v", "s3://b/", []),
            ("s3://b/t/=v/k=/x", "s3://b/t", ["k="]), ("s3://b/k=a=b/x", "s3://b/", ["k=a=b"]),
            ("s3://b/k=__HIVE_DEFAULT_PARTITION__/x", "s3://b/", ["k is null"]),
            ("/data/k=v/x", "/data", ["k=v"]), ("/data/k=v/x", "/other", []),
        ])
    func findsValues(object: String, root: String, expected: [String]) throws {
        let values = PartitionPath.values(
            of: try Resolving.url(object), under: try Resolving.url(root))
        #expect(values.map { $0.key + ($0.value.map { "=" + $0 } ?? " is null") } == expected)
    }
}

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
