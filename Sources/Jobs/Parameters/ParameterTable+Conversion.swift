/// Parameters of `convert`.
extension ParameterTable {
    static let conversion: [Parameter] = [
        Parameter(
            "from", .choice(["lightgbm", "xgboost", "onnx"]), for: [.convert],
            default: "what the content says", "The library that wrote the model."),
        Parameter(
            "to", .choice(["martlet", "lightgbm", "xgboost", "onnx"]), for: [.convert],
            default: "martlet", "The library to write the model for."),
    ]
}
