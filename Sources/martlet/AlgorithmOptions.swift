import ArgumentParser

/// Trees or a linear model, and what belongs to linear models alone.
struct AlgorithmOptions: ParsableArguments {
    @Option(help: ArgumentHelp("gbdt or linear. Default: gbdt.", valueName: "name"))
    var algorithm: String?

    @Option(
        help: ArgumentHelp(
            "Share of L1 where elasticnet chooses its penalties. Default: 0.5.", valueName: "x"))
    var l1Ratio: String?

    @Flag(help: "Write the statistics of these shards for `martlet reduce`, not a model.")
    var partial = false
}
