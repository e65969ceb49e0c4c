/// Parameters of how a job lives: where it saves itself, and what it tolerates.
extension ParameterTable {
    static let lifecycle: [Parameter] = [
        Parameter(
            "checkpoint", .url, for: learning,
            default: "beside the output for a Step Functions task, otherwise none",
            "Where an unfinished training is saved, and found again when it is started anew; for "
                + "tune the folder of the trials that are done."),
        Parameter(
            "init_model", .url, for: [.train],
            "A model to go on from: it keeps its features, bins and trees, and num_iterations are "
                + "added. On the same data, with the same parameters, the trees are those of one "
                + "run of all rounds."),
        Parameter(
            "snapshot_freq", .integer(0...1_000_000), aliases: ["save_period"], for: [.train],
            default: "0 (off)",
            "Write a model every so many rounds beside the output: snapshot-000010.martlet. They "
                + "stay, whatever becomes of the training."),
        Parameter(
            "checkpoint_interval", .text, for: [.train], default: "60s",
            "Save every so many seconds (60s, 5m) or rounds (20); 0 saves only when stopped."),
        Parameter(
            "max_bad_shards", .integer(0...1_000_000), for: [.predict], default: "0",
            "Leave out so many corrupt or alien shards, and list them, before giving up."),
        Parameter(
            "sse_kms_key_id", .text, for: everywhere, default: "what the bucket does by itself",
            "The KMS key that new objects in S3 are encrypted with: an id, ARN or alias."),
        Parameter(
            "request_payer", .flag, for: everywhere, default: "off",
            "Pay for requests to buckets whose owners want that."),
    ]

    /// Parameters that change neither models nor predictions, and those that name objects: a unit
    /// of work is the same with other threads, or somewhere else.
    static let withoutEffect: Set<String> = [
        "threads", "memory_limit", "kernels", "checkpoint", "checkpoint_interval", "output", "data",
        "init_model", "snapshot_freq", "valid_data", "model", "lower_model", "upper_model",
        "sse_kms_key_id", "request_payer",
        "report", "stage", "trial", "rung",
    ]
}
