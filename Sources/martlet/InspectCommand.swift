import ArgumentParser
import Jobs

/// `martlet inspect`
struct InspectCommand: JobArguments {
    static let command = JobCommand.inspect
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a Parquet file, a folder of shards or a model holds.",
        discussion: """
            EXAMPLES:
              martlet inspect shards/part-00000.parquet
              martlet inspect s3://lake/age/ --json
              martlet inspect shards --rows 5
              martlet inspect model
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Inspection") var inspection: InspectionOptions

    var values: [String: ParameterValue] { values(of: [shared, inspection]) }
}

/// What to look at.
struct InspectionOptions: ParsableArguments {
    @Argument(help: "A Parquet file, a folder of shards, or a model.")
    var url: String?

    @Option(help: ArgumentHelp("Print the first rows as lines of JSON.", valueName: "n"))
    var rows: String?

    @Flag(help: "Print the nulls and a CRC-32C of the values of each column.")
    var checksum = false

    @Option(
        help: ArgumentHelp(
            "Rows to use: a condition such as \"age >= 18 AND country IN ('DE', 'FR')\".",
            valueName: "condition"))
    var filter: String?
}
