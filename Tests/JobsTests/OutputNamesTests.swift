import ObjectStores
import Shards
import TestSupport
import Testing

@testable import Jobs

@Suite("OutputNames")
struct OutputNamesTests {
    private func names(
        _ shards: [(String, [(String, String?)])], output: String = "s3://out/p/",
        group: String? = nil
    ) throws -> [String] {
        let shards = try shards.map { url, partition in
            Shard(
                object: ObjectSummary(url: try ObjectURL(parsing: url), byteCount: 1, etag: ""),
                partition: partition.map { PartitionValue(key: $0.0, value: $0.1) })
        }
        return OutputNames(output: try ObjectURL(parsing: output), shards: shards, group: group)
            .urls
            .map(\.description)
    }

    @Test(
        "a shard's own name, without codec, hidden marks and old ending",
        arguments: [
            ("part-0.parquet", "part-0"), ("part-0.snappy.parquet", "part-0"),
            ("part-0", "part-0"), ("_x.parquet", "x"), ("._", "part"), ("a.b.gz.parquet", "a.b"),
        ])
    func namesAfterShard(name: String, stem: String) throws {
        #expect(try names([("s3://in/" + name, [])]) == ["s3://out/p/\(stem).parquet"])
    }

    @Test("groups of a fan-out never write the same object")
    func namesGroup() throws {
        #expect(
            try names([("s3://in/x/part-0", [])], group: "7") == ["s3://out/p/part-0-7.parquet"])
        #expect(
            try names([("s3://in/y/part-0", [])], group: "a/b") == [
                "s3://out/p/part-0-a%2Fb.parquet"
            ])
    }

    @Test("one shard may go to an object by name; several go below it")
    func namesObject() throws {
        #expect(try names([("s3://in/a", [])], output: "o.parquet") == ["o.parquet"])
        #expect(
            try names([("s3://in/a", []), ("s3://in/b", [])], output: "o.parquet") == [
                "o.parquet/a.parquet", "o.parquet/b.parquet",
            ])
    }

    @Test("partitions are kept, escaped as Hive escapes them")
    func keepsPartitions() throws {
        let partition: [(String, String?)] = [("city", "São/Paulo 1%"), ("k", nil)]
        #expect(
            try names([("s3://in/x.parquet", partition)]) == [
                "s3://out/p/city=São%2FPaulo%201%25/k=__HIVE_DEFAULT_PARTITION__/x.parquet"
            ])
    }

    @Test("names that would be the same get numbers, and never meet another name")
    func numbersEqualNames() throws {
        let urls = ["x/a", "y/a", "z/a-0", "z/a-1", "z/a-1-1"]
        #expect(
            try names(urls.map { ("s3://in/" + $0, []) }) == [
                "s3://out/p/a-0-0.parquet", "s3://out/p/a-1-1-1.parquet", "s3://out/p/a-0.parquet",
                "s3://out/p/a-1.parquet", "s3://out/p/a-1-1.parquet",
            ])
    }

    @Test("all names differ and none is hidden", arguments: 0..<40 as Range<UInt64>)
    func differ(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts = ["a", "-0", "-1", ".parquet", "_", ".", ".gz"]
        let shards = (0..<30).map { index -> (String, [(String, String?)]) in
            let name = (0..<3).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            return ("s3://in/\(index)/" + name, [])
        }
        let names = try names(shards)
        #expect(Set(names).count == 30)
        #expect(names.allSatisfy { !$0.contains("/_") && !$0.contains("/.") })
    }
}
