import Models

/// What `train` prints of a calibration.
package struct CalibrationReport: Encodable, Sendable {
    package var method: String
    package var rows: Int
    /// Of an interval.
    package var level: Double?
    package var margin: Double?

    init(_ calibration: ModelCalibration) {
        switch calibration {
        case .interval(let interval):
            method = interval.method.rawValue
            rows = interval.rowCount
            level = interval.level
            margin = interval.margin
        case .probability(let probability):
            method = probability.method.rawValue
            rows = probability.rowCount
        }
    }

    var summary: String {
        let interval = level.map { level in
            ", \(SummaryLine.rounded(level * 100))% interval, margin "
                + SummaryLine.rounded(margin ?? 0)
        }
        return "\(method) on \(rows) rows\(interval ?? "")"
    }
}
