import Logging
import Models
import ObjectStores
import Trees

/// Writes usable models of a training that goes on, every so many rounds: `--snapshot-freq`.
struct ModelSnapshots: Sendable {
    /// Rounds from one to the next.
    let frequency: Int
    /// Of all that the model says, only what training has found so far.
    let artifact: @Sendable (_ trained: TrainedModel) -> ModelArtifact
    let output: ObjectURL
    let context: JobContext

    func isDue(after round: Int) -> Bool { round % frequency == 0 }

    /// That one cannot be written does not end the training.
    func save(
        _ model: BoostedModel, features: FeatureSchema, profiles: [FeatureProfile],
        isValidated: Bool
    ) async {
        let ensemble = model.bestEnsemble
        let url = Self.url(output, round: model.ensemble.iterationCount)
        let artifact = self.artifact(
            TrainedModel(
                kind: .trees(ensemble), profiles: profiles, metrics: [:],
                iterations: model.ensemble.iterationCount,
                bestIteration: isValidated ? model.bestIteration : nil,
                importances: ensemble.importances(of: features), statistics: features.statistics))
        do {
            try await context.store.replace(url, with: ModelFormat.encode(artifact))
            context.logger.info("snapshot written", metadata: ["snapshot": "\(url)"])
        } catch {
            guard !Task.isCancelled else { return }
            context.logger.warning(
                "the snapshot could not be written",
                metadata: ["snapshot": "\(url)", "reason": "\(error)"])
        }
    }

    /// `snapshot-000010.martlet` beside the model; `age-snapshot-000010.martlet` beside
    /// `age.martlet`.
    static func url(_ output: ObjectURL, round: Int) -> ObjectURL {
        let model = ModelStore.objectURL(output)
        let digits = String(round)
        let number = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let name = "snapshot-\(number)\(ModelStore.fileExtension)"
        guard model == output else { return output.appending(name) }
        let stem = output.lastComponent.dropLast(ModelStore.fileExtension.count)
        return output.parent.appending("\(stem)-\(name)")
    }
}
