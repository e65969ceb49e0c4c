/// Parameters of intervals and calibrated probabilities.
extension ParameterTable {
    static let calibration: [Parameter] = [
        Parameter(
            "interval", .number(0...1, isOpenBelow: true), for: learning,
            default: "none", "Share of the cases that intervals are to hold, below 1, like 0.8."),
        Parameter(
            "interval_method", .choice(["split", "cqr"]), for: learning, default: "split",
            "One margin for all rows, or quantile models of both ends with a margin."),
        Parameter(
            "calibrate", .choice(["isotonic", "platt"]), for: learning,
            "How the probabilities of a classification are calibrated."),
        Parameter(
            "calibration_fraction", .number(0...0.9, isOpenBelow: true), for: learning,
            default: "0.2", "Share of the rows held out to calibrate on, at most a million."),
        Parameter(
            "by", .list, for: [.evaluate], "Columns whose values get metrics of their own."),
    ]
}
