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
    @OptionGroup(title: "Parquet") var format: ParquetOptions

    var values: [String: ParameterValue] { values(of: [shared, table, format]) }
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
}
