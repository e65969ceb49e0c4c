/// Everything that training leaves behind: enough to predict, to explain and to train again.
package struct ModelArtifact: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case trees(TreeEnsemble)
        case linear(LinearModel)
    }

    package var kind: Kind
    /// `gbdt` or `linear`.
    package var algorithm: String
    /// LightGBM's name of the objective (`regression`, `quantile`, `binary`, `ridge`, …).
    package var objective: String
    /// The level of a `quantile` objective, in 0...1.
    package var alpha: Double?
    /// (outputCount) the levels of several quantiles, ascending, in place of `alpha`; else empty.
    package var quantileLevels: [Double] = []
    package var transform: ScoreTransform
    package var features: FeatureSchema
    package var target: ModelTarget
    /// Every parameter that training used, defaults included.
    package var parameters: [String: JSONValue]
    /// Data set (`train`, `valid`) to metric name to value.
    package var metrics: [String: [String: Double]]
    /// The iteration that early stopping kept, counted from 1; nil without early stopping.
    package var bestIteration: Int?
    /// (features.count), or empty when not recorded.
    package var importances: [FeatureImportance]
    /// (features.count), or empty when not recorded.
    package var profiles: [FeatureProfile]
    package var provenance: Provenance
    /// nil when nothing was held out to calibrate on.
    package var calibration: ModelCalibration?

    package init(
        kind: Kind, algorithm: String, objective: String, alpha: Double? = nil,
        transform: ScoreTransform = .identity, features: FeatureSchema, target: ModelTarget,
        parameters: [String: JSONValue] = [:], metrics: [String: [String: Double]] = [:],
        bestIteration: Int? = nil, importances: [FeatureImportance] = [],
        profiles: [FeatureProfile] = [], provenance: Provenance,
        calibration: ModelCalibration? = nil
    ) {
        self.kind = kind
        self.algorithm = algorithm
        self.objective = objective
        self.alpha = alpha
        self.transform = transform
        self.features = features
        self.target = target
        self.parameters = parameters
        self.metrics = metrics
        self.bestIteration = bestIteration
        self.importances = importances
        self.profiles = profiles
        self.provenance = provenance
        self.calibration = calibration
    }

    /// Raw scores of one row: 1, or the number of classes, quantiles or targets.
    package var outputCount: Int { kind.outputCount }

    /// Trees that predict several numbers at once, which have no names. Only foreign models do.
    package var hasSeveralTargets: Bool {
        guard case .trees = kind else { return false }
        return outputCount > 1 && target.classLabels.isEmpty && quantileLevels.isEmpty
    }
}
