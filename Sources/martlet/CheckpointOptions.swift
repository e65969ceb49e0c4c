import ArgumentParser

/// Where and how often an unfinished training is saved.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Save an unfinished training here, and go on from it when started anew. Default: "
                + "beside the output for a Step Functions task.", valueName: "url"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "Save every so many seconds (60s, 5m) or rounds (20); 0: only when stopped. "
                + "Default: 60s.", valueName: "time|rounds"))
    var checkpointInterval: String?
}
