/// Parameters that name data, models and columns.
extension ParameterTable {
    static let data: [Parameter] = [
        Parameter(
            "data", .urls, aliases: ["train_data", "test_data"],
            for: [.train, .tune, .predict, .evaluate, .plan, .doctor],
            default: "required", "Shards: an object, a folder or prefix, or a manifest (.json)."),
        Parameter(
            "filter", .text, aliases: ["where"],
            for: [.train, .tune, .predict, .evaluate, .inspect], default: "every row",
            "Rows to use: a condition such as \"age >= 18 AND country IN ('DE', 'FR')\"."),
        Parameter(
            "model", .url, aliases: ["input_model", "model_input"],
            for: scoring.union([.convert, .plan, .doctor]), default: "required, but for plan",
            "The model that `train` wrote, or one of LightGBM or XGBoost."),
        Parameter(
            "lower_model", .url, for: scoring,
            "A quantile model for the lower end of the interval."),
        Parameter(
            "upper_model", .url, for: scoring,
            "A quantile model for the upper end of the interval."),
        Parameter(
            "target", .text, aliases: ["label", "label_column"],
            for: [.train, .tune, .evaluate, .convert],
            default: "required for train and tune; the model's target for evaluate; `target` for "
                + "convert",
            "The column to predict."),
        Parameter(
            "weight", .text, aliases: ["weight_column"],
            for: [.train, .tune, .evaluate],
            "The column of sample weights."),
        Parameter(
            "features", .list, for: learning, default: "every usable column",
            "The columns to learn from."),
        Parameter(
            "ignore_features", .list, aliases: ["ignore_column", "ignore_feature", "blacklist"],
            for: learning, "Columns to leave out."),
        Parameter(
            "categorical_feature", .list,
            aliases: ["cat_feature", "categorical_column", "cat_column", "categorical_features"],
            for: learning, default: "the text columns", "Further columns to treat as categories."),
        Parameter(
            "valid_data", .urls, aliases: ["valid", "test", "valid_data_file"], for: learning,
            "Shards to validate on."),
        Parameter(
            "valid_fraction", .number(0...0.9), aliases: ["validation_fraction"], for: learning,
            default: "0; for tune without cv and valid_data 0.2",
            "Share of the rows to validate on, chosen by seed and row number."),
        Parameter(
            "metric", .list, aliases: ["metrics", "metric_types", "eval_metric"],
            for: [.train, .tune, .evaluate], default: "those of the objective",
            "Metrics to report; the first one decides about early stopping."),
    ]
}
