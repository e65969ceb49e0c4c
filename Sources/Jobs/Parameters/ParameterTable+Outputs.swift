/// Parameters that say what is written and where.
extension ParameterTable {
    static let outputs: [Parameter] = [
        Parameter(
            "output", .url, aliases: ["output_model", "output_result"],
            for: [
                .train, .tune, .reduce, .predict, .evaluate, .convert, .generate, .plan, .doctor,
            ],
            default: "required; for evaluate: none is written", "Where the results go."),
        Parameter(
            "id", .list, for: [.predict], "Columns that identify a row, copied to the output."),
        Parameter("keep", .list, for: [.predict], "Further columns to copy to the output."),
        Parameter(
            "raw_score", .flag, aliases: ["predict_raw_score", "is_predict_raw_score"],
            for: [.predict], default: "off",
            "Write scores as the model adds them up: log odds of `binary`, logarithms of `poisson`."
        ),
        Parameter(
            "leaf_index", .flag, aliases: ["predict_leaf_index", "is_predict_leaf_index"],
            for: [.predict], default: "off",
            "Write for each tree the number of the leaf that the row falls into."),
        Parameter(
            "contributions", .flag,
            aliases: ["contrib", "predict_contrib", "is_predict_contrib", "pred_contribs"],
            for: [.predict], default: "off",
            "Write what each feature adds to the raw score (exact Shapley values)."),
        Parameter(
            "interactions", .flag, aliases: ["pred_interactions"], for: [.predict], default: "off",
            "Write what each two features add to the raw score together."),
        Parameter(
            "codec", .choice(["snappy", "zstd", "gzip", "uncompressed"]),
            for: [.predict, .generate], default: "snappy",
            "Compression of the Parquet files written."),
        Parameter(
            "bloom_filter", .list, aliases: ["bloom_filter_columns"], for: [.predict, .generate],
            "Columns written with bloom filters, for readers that look for single values."),
        Parameter(
            "page_checksum", .flag, aliases: ["write_page_checksum"], for: [.predict, .generate],
            default: "on", "Whether each Parquet page carries a CRC of its bytes."),
        Parameter(
            "report", .choice(["always", "never"]), for: [.train, .tune, .predict],
            default: "always", "Whether to write a report (HTML) beside the model or predictions."),
        Parameter(
            "rows", .integer(0...1_000_000_000_000), for: [.generate, .inspect], "How many rows."),
        Parameter(
            "shards", .integer(1...100_000), for: [.generate], default: "1",
            "How many objects to spread the rows over."),
    ]
}
