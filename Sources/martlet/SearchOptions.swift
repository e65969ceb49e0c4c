import ArgumentParser

/// What to search, and which part of the search to do.
struct SearchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Parameters and their ranges: a URL, or the JSON itself. Default: learning_rate, "
                + "num_leaves, min_data_in_leaf, feature_fraction, lambda_l2.",
            valueName: "url|json"))
    var space: String?

    @Option(help: ArgumentHelp("Sets of parameters to try. Default: 20.", valueName: "n"))
    var trials: String?

    @Option(
        help: ArgumentHelp(
            "random, or halving: all trials on few rows, the best of them on more. Default: random.",
            valueName: "name"))
    var strategy: String?

    @Option(
        help: ArgumentHelp(
            "halving: one trial in n goes on, with n times the rows. Default: 3.", valueName: "n"))
    var halvingFactor: String?

    @Option(
        help: ArgumentHelp(
            "halving: how often trials are measured. Default: 3.", valueName: "n"))
    var halvingRungs: String?

    @Option(
        help: ArgumentHelp(
            "all; or for a map: plan writes its items, trial measures one, reduce goes on from "
                + "them. Default: all.", valueName: "name"))
    var stage: String?

    @Option(help: ArgumentHelp("The trial that stage trial measures.", valueName: "n"))
    var trial: String?

    @Option(help: ArgumentHelp("The rung that it is measured in. Default: 0.", valueName: "n"))
    var rung: String?

    @Option(
        help: ArgumentHelp(
            "Keep the trials that are done in this folder, and go on from them when started anew. "
                + "Default: beside the model for a Step Functions task.", valueName: "url"))
    var checkpoint: String?
}
