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
    /// Labels and weights of the sample of `train`.
    let sampleLabels: TargetPass.Labels
    /// How the rows make do with memory.
    let memory: TrainingMemory
}
