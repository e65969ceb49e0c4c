import Columns
import ObjectStores
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
