import ArgumentParser

/// What to minimise.
struct ObjectiveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            regression, regression_l1, huber, fair, quantile, poisson, gamma, tweedie, binary, \
            multiclass or lambdarank; for linear ridge, lasso, elasticnet, logistic, \
            multinomial or poisson. Names of XGBoost and scikit-learn are \
            understood.
            """, valueName: "name"))
    var objective: String?

    @Option(
        help: ArgumentHelp(
            """
            The quantile of `quantile`, or several; the error from which `huber` is linear. \
            Default: 0.9.
            """, valueName: "x,…"))
    var alpha: String?

    @Option(help: ArgumentHelp("The c of `fair`. Default: 1.", valueName: "x"))
    var fairC: String?

    @Option(help: ArgumentHelp("Keeps steps of `poisson` short. Default: 0.7.", valueName: "x"))
    var poissonMaxDeltaStep: String?

    @Option(
        help: ArgumentHelp("The variance power of `tweedie`, 1 to 2. Default: 1.5.", valueName: "x")
    )
    var tweedieVariancePower: String?

    @Option(
        help: ArgumentHelp(
            "Factor on the weight of the second class of `binary`. Default: 1.", valueName: "x"))
    var scalePosWeight: String?

    @Flag(help: "Give both classes of `binary` the same total weight.")
    var isUnbalance = false

    @Option(
        help: ArgumentHelp(
            "Classes of `multiclass`. Default: as many as the target has.", valueName: "n"))
    var numClass: String?

    @Option(
        help: ArgumentHelp(
            "Factors on the weights of classes, or `balanced`.", valueName: "label=x,…"))
    var classWeight: [String] = []

    @Option(
        help: ArgumentHelp(
            "The column that says which rows `lambdarank` ranks together.", valueName: "column"))
    var query: String?

    @Option(
        help: ArgumentHelp(
            "Ranks from the top that `lambdarank` cares about. Default: 30.", valueName: "n"))
    var lambdarankTruncationLevel: String?

    @Option(
        help: ArgumentHelp(
            "Normalise the gradients of `lambdarank` by query: true or false. Default: true.",
            valueName: "bool"))
    var lambdarankNorm: String?

    @Option(help: ArgumentHelp("Steepness of `lambdarank`'s sigmoid. Default: 1.", valueName: "x"))
    var sigmoid: String?

    @Option(
        help: ArgumentHelp(
            "What each label of `lambdarank` is worth. Default: 2^label - 1.", valueName: "x,…"))
    var labelGain: [String] = []

    @Option(
        help: ArgumentHelp("Ranks for the metrics ndcg and map. Default: 5,10.", valueName: "k,…"))
    var evalAt: [String] = []

    @Option(
        help: ArgumentHelp(
            "The column of raw scores to start from; for multiclass one for each class.",
            valueName: "a,…"))
    var initScore: [String] = []
}
