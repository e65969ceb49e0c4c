import ArgumentParser

/// Where and how often an unfinished training is saved.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A model to go on from: --num-iterations are added to its rounds.", valueName: "url"))
    var initModel: String?

    @Option(
        help: ArgumentHelp(
            "Write a model every n rounds beside the output. Default: 0, off.", valueName: "n"))
    var snapshotFreq: String?

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
