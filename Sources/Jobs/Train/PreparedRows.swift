import Models
import Trees

/// The rows of a training, binned, and what reading them has shown.
struct PreparedRows: Sendable {
    var train: TrainingRows
    /// nil without rows to validate on.
    let validation: TrainingRows?
    /// (features)
    let profiles: [FeatureProfile]
    /// Rows for the report.
    let samples: (train: ReportSample, validation: ReportSample?)
    /// How the rows make do with memory.
    let memory: TrainingMemory
    /// (train rows) the former place of each of `train`, where these were put into another order.
    var order: [UInt32]?
}
