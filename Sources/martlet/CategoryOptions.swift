import ArgumentParser

/// How models read categories.
struct CategoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of linear models: onehot, target (means of the target) or auto, also by column: "
                + "city=target. Default: auto.", valueName: "name|column=name,…"))
    var categoricalEncoding: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows that the mean of all counts for in that of a category. Default: 10.",
            valueName: "x"))
    var catSmooth: String?
}
