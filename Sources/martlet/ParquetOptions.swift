import ArgumentParser

/// How Parquet objects are written.
struct ParquetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "snappy, zstd, gzip or uncompressed. Default: snappy.", valueName: "name"))
    var codec: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Columns written with bloom filters, for readers that look for single values.",
            valueName: "column"))
    var bloomFilter: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write a checksum of each page: true or false. Default: true.", valueName: "bool"))
    var pageChecksum: String?
}
