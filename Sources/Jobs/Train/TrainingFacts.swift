import Models
import Shards

/// What the model and the result say of the data that training used.
struct TrainingFacts: Sendable {
    let columns: TrainingColumns
    let target: TargetEncoder
    let features: FeatureSchema
    let table: ShardTable
    /// Objects to validate on of their own.
    let validationTable: ShardTable?
    var trainRowCount = 0
    var validRowCount = 0
    var calibrationRowCount = 0
    /// Rows whose target is null.
    var droppedRowCount = 0
}

extension TrainingData {
    var facts: TrainingFacts {
        TrainingFacts(
            columns: columns, target: target, features: features, table: table,
            validationTable: validation?.table, trainRowCount: trainRowCount,
            validRowCount: validationLabels?.labels.count ?? 0,
            calibrationRowCount: calibrationRowCount, droppedRowCount: droppedRowCount)
    }
}
