import ArgumentParser
import Jobs

/// `martlet reduce`
struct ReduceCommand: JobArguments {
    static let command = JobCommand.reduce
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Make a linear model of the statistics of all shards.",
        discussion: """
            Each task of a fan-out runs `train --algorithm linear --partial` on some shards; one \
            task then adds the statistics up, in the order of the shards' URLs, and solves. The \
            coefficients are those of one machine that reads all shards in that order.

            EXAMPLES:
              martlet train --algorithm linear --partial --data shards/part-00000.parquet \\
                --target age --ignore-features id --output partials/0
              martlet reduce --partials partials --output model
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Statistics") var statistics: PartialOptions

    var values: [String: ParameterValue] { values(of: [shared, statistics]) }
}

/// Which statistics to add up.
struct PartialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Partial statistics: an object, a folder or a prefix. Repeatable.", valueName: "url"))
    var partials: [String] = []

    @Option(help: ArgumentHelp("Where the model goes.", valueName: "url"))
    var output: String?
}
