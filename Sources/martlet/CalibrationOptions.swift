import ArgumentParser

/// What the finished model is held to on rows that it has not seen.
struct CalibrationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write an interval that holds this share of the cases, like 0.8.", valueName: "share"))
    var interval: String?

    @Option(
        help: ArgumentHelp(
            "split (one margin) or cqr (quantile models of both ends). Default: split.",
            valueName: "name"))
    var intervalMethod: String?

    @Option(
        help: ArgumentHelp(
            "Calibrate probabilities: isotonic or platt. Default: not.", valueName: "name"))
    var calibrate: String?

    @Option(
        help: ArgumentHelp(
            "Share of the rows held out to calibrate on. Default: 0.2.", valueName: "share"))
    var calibrationFraction: String?
}
