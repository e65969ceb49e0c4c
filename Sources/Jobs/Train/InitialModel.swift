import Models
import ObjectStores

/// A model that training goes on from.
struct InitialModel: Sendable {
    let artifact: ModelArtifact
    let ensemble: TreeEnsemble
    let object: ObjectSummary

    /// - Returns: nil when none is asked for.
    /// - Throws: `modelIncompatible` for a model of another kind, objective or target; `dataInvalid`
    ///   when there is none.
    static func load(_ spec: TrainSpec, context: JobContext) async throws -> InitialModel? {
        guard let url = spec.initModel, case .trees(_, let objective) = spec.algorithm else {
            return nil
        }
        let object = try await ModelStore.find(url, in: context.store)
        let artifact = try await ModelStore.load(object, from: context.store)
        func refuse(_ reason: String) -> JobFailure {
            JobFailure(
                .modelIncompatible, "Training cannot go on from this model: \(reason).",
                place: .init(object: object.url.description),
                remedy: "Leave --init-model out, or give a model that fits.")
        }
        guard case .trees(let ensemble) = artifact.kind else {
            throw refuse("only boosted trees can be gone on with")
        }
        let library = artifact.provenance.importedFrom
        if let library, case .quantile = objective, artifact.objective == objective.name {
            throw refuse("models of \(library) do not record the level of a quantile")
        }
        guard artifact.objective == objective.name, artifact.alpha == objective.quantileLevel,
            artifact.quantileLevels == objective.quantileLevels
        else {
            let levels = [artifact.alpha].compactMap { $0 } + artifact.quantileLevels
            let alpha =
                levels.isEmpty ? "" : " at " + levels.map { "\($0)" }.joined(separator: ", ")
            throw refuse("its objective is \(artifact.objective)\(alpha)")
        }
        // Other libraries do not record what the target is called.
        guard library != nil || artifact.target.name == spec.target else {
            throw refuse("its target is '\(artifact.target.name)'")
        }
        return InitialModel(artifact: artifact, ensemble: ensemble, object: object)
    }

    /// - Throws: `modelIncompatible` when the target has other classes.
    func check(_ target: TargetEncoder) throws(JobFailure) {
        let (own, found) = (artifact.target.classLabels, target.classLabels)
        guard own != found else { return }
        throw JobFailure(
            .modelIncompatible,
            "Training cannot go on from this model: its classes are "
                + own.map { "'\($0)'" }.joined(separator: ", ") + ", those of the data "
                + found.map { "'\($0)'" }.joined(separator: ", ") + ".",
            place: .init(object: object.url.description))
    }
}

extension TrainSpec {
    /// The same with the features of a model to go on from.
    /// - Throws: `configInvalid` where other features are asked for.
    func using(_ initial: InitialModel?) throws(JobFailure) -> TrainSpec {
        guard let schema = initial?.artifact.features else { return self }
        let names = Set(schema.names)
        let categories = schema.features.filter { $0.encoding != .numeric }.map(\.name)
        let isSame =
            (features.isEmpty || Set(features) == names) && names.isDisjoint(with: ignoreFeatures)
            && Set(categories).isSuperset(of: categoricalFeatures)
        guard isSame else {
            throw JobFailure(
                .configInvalid,
                "The model to go on from has other features: "
                    + schema.names.joined(separator: ", ") + ".",
                remedy: "Leave --features, --ignore-features and --categorical-feature out, or "
                    + "name the same.")
        }
        return replacingFeatures(schema.names, categorical: categories)
    }
}
