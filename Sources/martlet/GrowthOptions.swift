import ArgumentParser

/// How trees grow, and what they may not do.
struct GrowthOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "lossguide: the leaf that gains most is split next; depthwise: level by level, and all "
                + "of them with --max-depth. Default: lossguide.", valueName: "name"))
    var growPolicy: String?

    @Option(
        help: ArgumentHelp(
            "Columns with which predictions may only rise (1) or fall (-1).",
            valueName: "column=1,…"))
    var monotoneConstraints: [String] = []

    @Option(
        help: ArgumentHelp(
            "Groups of columns that may act together; columns of no group are not used.",
            valueName: "[a,b],[c]"))
    var interactionConstraints: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows that the node above counts for in a leaf's value. Default: 0.", valueName: "x"))
    var pathSmooth: String?

    @Option(
        help: ArgumentHelp(
            "Largest value of a leaf before the learning rate. Default: 0, no limit.",
            valueName: "x"))
    var maxDeltaStep: String?

    @Option(
        help: ArgumentHelp(
            "Bins of some columns at most, up to 65535. Default: --max-bin.",
            valueName: "column=n,…"))
    var maxBinByFeature: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where bins of some columns end, whatever their values.",
            valueName: "column=x:y,…"))
    var forcedBins: [String] = []

    @Option(
        help: ArgumentHelp(
            "bagging, or goss: the rows with large gradients and some others. Default: bagging.",
            valueName: "name"))
    var dataSampleStrategy: String?

    @Option(
        help: ArgumentHelp(
            "Share of the rows that goss keeps for their gradients. Default: 0.2.",
            valueName: "share"))
    var topRate: String?

    @Option(
        help: ArgumentHelp(
            "Share of the rows that goss draws from the others. Default: 0.1.",
            valueName: "share"))
    var otherRate: String?

    @Option(
        help: ArgumentHelp(
            "Share of the tree's features that a node sees. Default: 1.", valueName: "share"))
    var featureFractionBynode: String?

    @Flag(help: "Try one random threshold of each feature at each node.")
    var extraTrees = false
}
