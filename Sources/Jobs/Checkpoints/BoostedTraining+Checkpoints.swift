import Columns
import Models
import ObjectStores
import Shards
import Trees

extension BoostedTraining {
    /// nil when nobody wants this training to be saved.
    var checkpointKeeper: CheckpointKeeper? {
        guard let url = CheckpointPlace.url(for: spec, context: context) else { return nil }
        let tables = [data.table] + [data.validation?.table].compactMap { $0 }
        var names = ModelArtifact(
            kind: .trees(TreeEnsemble(outputCount: 1, baseScores: [0], trees: [])),
            algorithm: "gbdt", objective: "unfinished", features: features,
            target: ModelTarget(
                name: spec.target, type: data.columns.target.type,
                classLabels: data.target.classLabels),
            provenance: Provenance(
                programVersion: context.programVersion, seed: spec.seed,
                trainRowCount: data.trainRowCount))
        names.quantileLevels = objectiveSpec.quantileLevels
        if !names.quantileLevels.isEmpty { names.transform = .ascending }
        return CheckpointKeeper(
            url: url, interval: spec.checkpointInterval,
            origin: CheckpointOrigin(
                program: context.programVersion, parameters: spec.identity,
                inputsSHA256: Digest.sha256(
                    of: tables.flatMap(\.shards).map(\.shard.object)
                        + [initial?.object].compactMap { $0 })),
            artifact: names, context: context)
    }
}
