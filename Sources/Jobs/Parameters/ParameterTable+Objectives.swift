/// Parameters of what training minimises.
extension ParameterTable {
    static let objectives: [Parameter] = [
        Parameter(
            "objective",
            .choice(
                [
                    "regression", "regression_l1", "huber", "fair", "quantile", "poisson", "gamma",
                    "tweedie", "binary", "multiclass", "lambdarank", "ridge", "lasso",
                    "elasticnet", "logistic", "multinomial",
                ], aliases: objectiveAliases),
            aliases: ["objective_type", "app", "application", "loss"], for: learning,
            default: "regression (gbdt), ridge (linear)", "What to minimise."),
        Parameter(
            "alpha", .list, aliases: ["quantile_alpha"], for: [.train, .tune, .evaluate],
            default: "0.9",
            "The quantile that `quantile` predicts, or several, as 0.1,0.5,0.9; the error from "
                + "which `huber` grows linearly."),
        Parameter(
            "fair_c", .number(0...Double.greatestFiniteMagnitude, isOpenBelow: true),
            for: learning, default: "1", "The error from which `fair` grows slowly."),
        Parameter(
            "poisson_max_delta_step", .number(0...79, isOpenBelow: true), for: learning,
            default: "0.7", "Keeps the steps of `poisson` short."),
        Parameter(
            "tweedie_variance_power", .number(1...1.999_999), for: learning, default: "1.5",
            "The power of the mean that the variance of `tweedie` grows with, 1 to 2."),
        Parameter(
            "scale_pos_weight", .number(0...Double.greatestFiniteMagnitude, isOpenBelow: true),
            for: learning, default: "1", "Factor on the weight of the second class of `binary`."),
        Parameter(
            "is_unbalance", .flag, aliases: ["unbalance", "unbalanced_sets"], for: learning,
            default: "off", "Give both classes of `binary` the same total weight."),
        Parameter(
            "num_class", .integer(2...10_000), aliases: ["num_classes"], for: learning,
            default: "as many as the target has",
            "Classes of `multiclass` and `multinomial`; checked against the target."),
        Parameter(
            "class_weight", .list, aliases: ["class_weights"], for: learning,
            "Factors on the weights of classes, as label=factor; or `balanced`."),
        Parameter(
            "query", .text,
            aliases: ["group", "group_column", "group_id", "query_column", "query_id", "qid"],
            for: [.train, .tune, .evaluate], "The column that says which rows are ranked together."),
        Parameter(
            "lambdarank_truncation_level", .integer(1...1_000_000), for: learning, default: "30",
            "Ranks from the top that `lambdarank` cares about."),
        Parameter(
            "lambdarank_norm", .flag, for: learning, default: "on",
            "Normalise the gradients of `lambdarank` by query."),
        Parameter(
            "sigmoid", .number(0...Double.greatestFiniteMagnitude, isOpenBelow: true),
            for: learning, default: "1", "Steepness of the sigmoid of `lambdarank`."),
        Parameter(
            "label_gain", .list, for: learning, default: "0,1,3,7,… (2^label - 1)",
            "What each label of `lambdarank` is worth."),
        Parameter(
            "eval_at", .list, aliases: ["ndcg_eval_at", "ndcg_at", "map_eval_at", "map_at"],
            for: [.train, .tune, .evaluate], default: "5,10",
            "Ranks for the metrics `ndcg` and `map`."),
        Parameter(
            "init_score", .list, aliases: ["init_score_column", "base_margin"], for: learning,
            "The column of raw scores to start from; one for each class or quantile."),
    ]

    /// Names of LightGBM, XGBoost, scikit-learn and CatBoost.
    private static let objectiveAliases: [String: String] = [
        "regression_l2": "regression", "l2": "regression", "mean_squared_error": "regression",
        "mse": "regression", "l2_root": "regression", "root_mean_squared_error": "regression",
        "rmse": "regression", "squared_error": "regression", "reg:squarederror": "regression",
        "reg:linear": "regression", "RMSE": "regression",
        "l1": "regression_l1", "mean_absolute_error": "regression_l1", "mae": "regression_l1",
        "absolute_error": "regression_l1", "reg:absoluteerror": "regression_l1",
        "MAE": "regression_l1",
        "Huber": "huber", "reg:quantileerror": "quantile", "Quantile": "quantile",
        "count:poisson": "poisson", "Poisson": "poisson", "reg:gamma": "gamma",
        "reg:tweedie": "tweedie", "Tweedie": "tweedie",
        "binary:logistic": "binary", "reg:logistic": "binary", "log_loss": "binary",
        "Logloss": "binary",
        "softmax": "multiclass", "multi:softprob": "multiclass", "multi:softmax": "multiclass",
        "MultiClass": "multiclass",
        "rank:ndcg": "lambdarank", "lambdamart": "lambdarank",
    ]
}
