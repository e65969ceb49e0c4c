/// Parameters of linear models.
extension ParameterTable {
    static let linear: [Parameter] = [
        Parameter(
            "lambda_l2", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["reg_lambda", "lambda", "l2_regularization"], for: learning,
            default: "0 (gbdt), 1 (ridge, logistic, multinomial, poisson)",
            "L2 regularisation; 'auto' has a linear model choose it by cross-validation."),
        Parameter(
            "l1_ratio", .number(0...1, isOpenBelow: true), for: [.train], default: "0.5",
            "Share of the L1 penalty where elasticnet chooses its penalties."),
        Parameter(
            "partial", .flag, for: [.train], default: "off",
            "Write the statistics of these shards for `reduce`, not a model."),
        Parameter(
            "partials", .urls, for: [.reduce], default: "required",
            "Partial statistics: objects, folders or prefixes."),
    ]
}
