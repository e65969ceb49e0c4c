import ArgumentParser
import Jobs

/// `martlet generate`
struct GenerateCommand: JobArguments {
    static let command = JobCommand.generate
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write the demonstration table: people, 22 features, and their age.",
        discussion: """
            The rows depend on the seed alone, not on the number of shards.

            EXAMPLES:
              martlet generate --rows 1000000 --output shards --shards 8
              martlet generate --rows 1000 --output s3://lake/age/ --seed 7
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Table") var table: TableOptions

    var values: [String: ParameterValue] { values(of: [shared, table]) }
}

/// How large the table is, and where it goes.
struct TableOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many rows.", valueName: "n"))
    var rows: String?

    @Option(help: ArgumentHelp("Where the shards go.", valueName: "url"))
    var output: String?

    @Option(help: ArgumentHelp("How many objects. Default: 1.", valueName: "n"))
    var shards: String?

    @Option(help: ArgumentHelp("The start of every random choice. Default: 0.", valueName: "n"))
    var seed: String?

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
