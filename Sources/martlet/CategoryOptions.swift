import ArgumentParser

/// How models read categories.
struct CategoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "native (sets of categories; trees), onehot (linear models), target (means of the "
                + "target) or auto, also by column: city=target. Default: auto.",
            valueName: "name|column=name,…"))
    var categoricalEncoding: [String] = []

    @Option(
        help: ArgumentHelp(
            "Columns of categories that trees combine at most, 1 or 2. Default: 2.",
            valueName: "n"))
    var maxCtrComplexity: String?

    @Option(
        help: ArgumentHelp(
            "Rows that the mean of all counts for in that of a category. Default: 10.",
            valueName: "x"))
    var catSmooth: String?
}
