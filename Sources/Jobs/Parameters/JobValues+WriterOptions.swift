import Parquet

extension JobValues {
    /// How Parquet objects are written: codec, bloom filters, checksums.
    func writerOptions() throws -> WriterOptions {
        var options = WriterOptions(compression: try codec())
        options.bloomFilterColumns = Set(try list("bloom_filter"))
        options.writesPageChecksums = isSet("page_checksum") ? try flag("page_checksum") : true
        return options
    }

    private func codec() throws -> WriterOptions.Compression {
        switch try text("codec") ?? "snappy" {
        case "zstd": .zstd()
        case "gzip": .gzip()
        case "uncompressed": .uncompressed
        default: .snappy
        }
    }
}
