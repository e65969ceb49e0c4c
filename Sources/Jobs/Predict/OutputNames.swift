import ObjectStores
import Shards

/// Where the predictions of each shard go.
///
/// An output that ends in `.parquet` is the one object of one shard. Otherwise it is a folder, and
/// a shard's object has the shard's own name below it, in the same Hive partition:
/// `year=2024/part-0.snappy.parquet` gives `year=2024/part-0.parquet`. Shards whose names would be
/// the same get their number in the list appended. One group of a fan-out appends its own name to
/// all, as it cannot know the shards of the others.
struct OutputNames {
    /// Whether the output is the object itself, not a folder.
    let isOneObject: Bool
    /// (shards)
    let urls: [ObjectURL]

    init(output: ObjectURL, shards: [Shard], group: String? = nil) {
        if shards.count == 1, output.lastComponent.hasSuffix(".parquet") {
            isOneObject = true
            urls = [output]
            return
        }
        isOneObject = false
        let stems = shards.map(Self.stem)
        let counts = Dictionary(stems.map { ($0, 1) }, uniquingKeysWith: +)
        // A name with a number may be another shard's own name.
        var taken = Set(stems)
        urls = stems.enumerated().map { index, stem in
            var name = stem
            if counts[stem] != 1 {
                name += "-\(index)"
                while !taken.insert(name).inserted { name += "-\(index)" }
            }
            if let group { name += "-" + HivePath.escaped(group) }
            return output.appending(name + ".parquet")
        }
    }

    /// Those of some of the shards.
    /// - Parameters:
    ///   - some: in the order of `shards`.
    ///   - shards: what the names were made for.
    func urls(of some: [Shard], among shards: [Shard]) -> [ObjectURL] {
        var found: [ObjectURL] = []
        for (shard, url) in zip(shards, urls)
        where found.count < some.count && some[found.count] == shard {
            found.append(url)
        }
        precondition(found.count == some.count, "a shard without a name")
        return found
    }

    private static func stem(of shard: Shard) -> String {
        var name = shard.object.url.lastComponent
        for suffix in [".parquet", ".snappy", ".zstd", ".gz", ".gzip"] where name.hasSuffix(suffix)
        {
            name = String(name.dropLast(suffix.count))
        }
        // Names that begin so are hidden from readers.
        while name.hasPrefix("_") || name.hasPrefix(".") { name.removeFirst() }
        let folders = shard.partition.map { part in
            "\(HivePath.escaped(part.key))=\(part.value.map(HivePath.escaped) ?? "__HIVE_DEFAULT_PARTITION__")/"
        }
        return folders.joined() + (name.isEmpty ? "part" : name)
    }
}
