import ArgumentParser
import Jobs

/// `martlet predict`
struct PredictCommand: JobArguments {
    static let command = JobCommand.predict
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Score Parquet shards with a model.",
        discussion: """
            Writes one Parquet object for each shard, with its rows in their order: the --id and \
            --keep columns as they came, then `prediction`, and with two quantile models \
            `prediction_lower` and `prediction_upper`. Nothing is visible until all is written.

            EXAMPLES:
              martlet predict --model model --data shards --id id --output predictions
              martlet predict --model s3://models/age/ --lower-model s3://models/q10/ \\
                --upper-model s3://models/q90/ --data s3://lake/people/ --id id \\
                --output s3://lake/ages/
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Model and data") var models: ModelURLOptions
    @OptionGroup(title: "Scoring") var scoring: ScoringOptions

    var values: [String: ParameterValue] { values(of: [shared, models, scoring]) }
}

/// What to score, and what to write.
struct ScoringOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the predictions go.", valueName: "url"))
    var output: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Columns that identify a row.", valueName: "column"))
    var id: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Further columns to copy to the output.", valueName: "column"))
    var keep: [String] = []

    @Option(
        help: ArgumentHelp(
            "snappy, zstd, gzip or uncompressed. Default: snappy.", valueName: "name"))
    var codec: String?
}
