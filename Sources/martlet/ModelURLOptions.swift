import ArgumentParser

/// The models of a command that scores, and the shards they are used on.
struct ModelURLOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model that `train` wrote, or one of LightGBM or XGBoost.", valueName: "url"))
    var model: String?

    @Option(
        help: ArgumentHelp("A quantile model for the lower end of the interval.", valueName: "url"))
    var lowerModel: String?

    @Option(
        help: ArgumentHelp("A quantile model for the upper end of the interval.", valueName: "url"))
    var upperModel: String?

    @Option(
        help: ArgumentHelp(
            "Shards: an object, a folder or prefix, or a manifest (.json). Repeatable.",
            valueName: "url"))
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows to use: a condition such as \"age >= 18 AND country IN ('DE', 'FR')\".",
            valueName: "condition"))
    var filter: String?
}
