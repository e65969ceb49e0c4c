/// Parameters that say what is written and where.
extension ParameterTable {
    static let outputs: [Parameter] = [
        Parameter(
            "output", .url, aliases: ["output_model", "output_result"],
            for: [.train, .predict, .convert, .generate], default: "required",
            "Where the results go."),
        Parameter(
            "id", .list, for: [.predict], "Columns that identify a row, copied to the output."),
        Parameter("keep", .list, for: [.predict], "Further columns to copy to the output."),
        Parameter(
            "codec", .choice(["snappy", "zstd", "gzip", "uncompressed"]),
            for: [.predict, .generate], default: "snappy",
            "Compression of the Parquet files written."),
        Parameter(
            "rows", .integer(0...1_000_000_000_000), for: [.generate, .inspect], "How many rows."),
        Parameter(
            "shards", .integer(1...100_000), for: [.generate], default: "1",
            "How many objects to spread the rows over."),
    ]
}
