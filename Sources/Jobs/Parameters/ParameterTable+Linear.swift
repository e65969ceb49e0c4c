/// Parameters of linear models.
extension ParameterTable {
    static let linear: [Parameter] = [
        Parameter(
            "lambda_l2", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["reg_lambda", "lambda", "l2_regularization"], for: learning,
            default: "0 (gbdt), 1 (ridge)", "L2 regularisation.")
    ]
}
