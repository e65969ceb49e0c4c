/// A figure of a task for CloudWatch. `docs/reference/metrics.md` says what each of them means, and
/// which alarms and widgets use it.
package enum TaskMetric: String, CaseIterable, Hashable, Sendable {
    case rowsRead = "RowsRead"
    case rowsPredicted = "RowsPredicted"
    case rowsQuarantined = "RowsQuarantined"
    case shardsFailed = "ShardsFailed"
    case unseenCategories = "UnseenCategories"
    case valuesOutOfRange = "ValuesOutOfRange"
    case driftPercent = "DriftPercent"
    case bytesRead = "BytesRead"
    case rowsPerSecond = "RowsPerSecond"
    case taskSeconds = "TaskSeconds"
    case trainSeconds = "TrainSeconds"
    case checkpointSeconds = "CheckpointSeconds"
    case validationMAE = "ValidationMAE"
    case peakMemoryPercent = "PeakMemoryPercent"
    case diskPercent = "DiskPercent"
    case s3Throttles = "S3Throttles"
    case s3Retries = "S3Retries"
    case callbackRetries = "CallbackRetries"
    case estimatedUSD = "EstimatedUSD"
    case tasksFailed = "TasksFailed"

    /// As CloudWatch names it.
    package var unit: String {
        switch self {
        case .rowsRead, .rowsPredicted, .rowsQuarantined, .shardsFailed, .unseenCategories,
            .valuesOutOfRange, .s3Throttles, .s3Retries, .callbackRetries, .tasksFailed:
            "Count"
        case .bytesRead: "Bytes"
        case .rowsPerSecond: "Count/Second"
        case .taskSeconds, .trainSeconds, .checkpointSeconds: "Seconds"
        case .driftPercent, .peakMemoryPercent, .diskPercent: "Percent"
        case .validationMAE, .estimatedUSD: "None"
        }
    }
}
