import Models

/// What an algorithm hands back to the job that called it.
struct TrainedModel: Sendable {
    var kind: ModelArtifact.Kind
    /// (features)
    var profiles: [FeatureProfile]
    /// `train` and, where there are rows to validate on, `valid`.
    var metrics: [String: [String: Double]]
    /// Rounds that were done; 0 for a direct solver.
    var iterations: Int
    /// Of them, those that an earlier attempt had done.
    var resumedIterations = 0
    /// nil without rows to validate on.
    var bestIteration: Int?
    /// (`FeatureSchema.termNames`)
    var importances: [FeatureImportance]
    /// Rows for the report; nil when none were kept.
    var samples: (train: ReportSample, validation: ReportSample?)?
    /// Labels and weights of the sample of the training rows.
    var sampleLabels = TargetPass.Labels()
    /// Of categories; trees number them after the features.
    var statistics: [TargetStatistic] = []
    /// Models of both ends of an interval, for conformalised quantiles.
    var bounds: IntervalCalibration.Bounds?
    /// Of the scratch file that held the binned rows; 0 without.
    var scratchByteCount = 0
    /// Of a linear model.
    var linear: LinearReport?
    /// Of a linear model: the terms that were fitted, and the features as the fit saw them.
    var fitted: LinearModel?
    var linearDesign: FeatureSchema?
    /// Rows of a linear model for the report, and those of objects to validate on.
    var rows: (train: TrainingSample, validation: TrainingSample?)?
    /// What chose the number of rounds.
    var crossValidation: CrossValidationReport?
}
