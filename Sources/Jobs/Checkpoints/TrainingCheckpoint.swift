import Models
import Trees

/// An unfinished training as it is saved: a model file with all rounds so far, whose parameters
/// hold, under `checkpoint`, what it belongs to.
///
/// As a model file it has a version and a SHA-256, every index in it is checked when it is read,
/// and `martlet inspect` shows it.
struct TrainingCheckpoint: Hashable, Sendable {
    /// Raised when a key changes its meaning.
    static let version = 1
    private static let key = "checkpoint"

    var origin: CheckpointOrigin
    var model: BoostedModel
    /// What chose the number of rounds; nil for a training without folds.
    var crossValidation: CrossValidationReport?

    /// - Parameter artifact: features, target and names; its trees are those of `model`.
    func encoded(as artifact: ModelArtifact) throws -> [UInt8] {
        var artifact = artifact
        artifact.kind = .trees(model.ensemble)
        var values: [String: JSONValue] = [
            "version": .integer(Int64(Self.version)),
            "program": .string(origin.program),
            "parameters": .object(origin.parameters.mapValues { .string($0) }),
            "inputs_sha256": .string(origin.inputsSHA256),
            "best_iteration": .integer(Int64(model.bestIteration)),
            // Bit patterns: the metric of a round must come back exactly, NaN included.
            "validation_history": .array(
                model.validationHistory.map { .string(String($0.bitPattern, radix: 16)) }),
        ]
        if let crossValidation {
            values["cross_validation"] = .string(try JSONText.encode(crossValidation))
        }
        artifact.parameters = [Self.key: .object(values)]
        return try ModelFormat.encode(artifact)
    }

    /// - Throws: `ModelError` for bytes that are no model file, or no checkpoint of this version.
    init(decoding bytes: [UInt8]) throws(ModelError) {
        let artifact = try ModelFormat.decode(bytes, source: "the checkpoint")
        guard case .trees(let ensemble) = artifact.kind,
            case .object(let values) = artifact.parameters[Self.key]
        else { throw ModelError(.outOfSpec, "This is a model, but no checkpoint.") }
        guard values["version"] == .integer(Int64(Self.version)) else {
            throw ModelError(.unsupported, "The checkpoint is of another version.")
        }
        guard case .string(let program) = values["program"],
            case .object(let parameters) = values["parameters"],
            case .string(let inputs) = values["inputs_sha256"],
            case .integer(let bestIteration) = values["best_iteration"],
            case .array(let history) = values["validation_history"],
            (0...ensemble.iterationCount).contains(Int(clamping: bestIteration)),
            history.count <= ensemble.iterationCount
        else { throw ModelError(.outOfSpec, "The checkpoint lacks a part.") }
        origin = CheckpointOrigin(
            program: program,
            parameters: parameters.compactMapValues { value in
                if case .string(let text) = value { text } else { nil }
            }, inputsSHA256: inputs)
        var metrics: [Double] = []
        for value in history {
            guard case .string(let text) = value, let bits = UInt64(text, radix: 16) else {
                throw ModelError(.outOfSpec, "The checkpoint's history is no list of numbers.")
            }
            metrics.append(Double(bitPattern: bits))
        }
        if case .string(let text) = values["cross_validation"] {
            guard let report = JSONText.decode(CrossValidationReport.self, from: text),
                report.bestIteration > 0
            else {
                throw ModelError(.outOfSpec, "The checkpoint's cross-validation is damaged.")
            }
            crossValidation = report
        }
        model = BoostedModel(
            ensemble: ensemble, bestIteration: Int(bestIteration), validationHistory: metrics,
            ending: .interrupted)
    }

    init(
        origin: CheckpointOrigin, model: BoostedModel,
        crossValidation: CrossValidationReport? = nil
    ) {
        self.origin = origin
        self.model = model
        self.crossValidation = crossValidation
    }
}
