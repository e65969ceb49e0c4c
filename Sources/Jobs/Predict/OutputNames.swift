import ObjectStores
import Shards

/// Where the predictions of each shard go.
///
/// An output that ends in `.parquet` is the one object of one shard. Otherwise it is a folder, and
/// a shard's object has the shard's own name below it, in the same Hive partition:
/// `year=2024/part-0.snappy.parquet` gives `year=2024/part-0.parquet`. Shards whose names would be
/// the same get their number in the list appended.
struct OutputNames {
    /// Whether the output is the object itself, not a folder.
    let isOneObject: Bool
    /// (shards)
    let urls: [ObjectURL]

    init(output: ObjectURL, shards: [Shard]) {
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
            return output.appending(name + ".parquet")
        }
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
            "\(escaped(part.key))=\(part.value.map(escaped) ?? "__HIVE_DEFAULT_PARTITION__")/"
        }
        return folders.joined() + (name.isEmpty ? "part" : name)
    }

    /// As Hive escapes folder names.
    private static func escaped(_ text: String) -> String {
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            let isPlain = byte > 0x20 && byte != 0x7F && !"\"#%'*/:=?\\{[]^".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? [byte] : Array(("%" + (byte < 16 ? "0" : "") + digits).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
