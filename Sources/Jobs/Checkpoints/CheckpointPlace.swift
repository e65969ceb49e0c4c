import Logging
import ObjectStores

/// Where the checkpoint of a training lies.
enum CheckpointPlace {
    private static let fileName = "checkpoint.martlet"

    /// `--checkpoint`: the object itself if it ends in `.martlet`, otherwise a folder for it.
    /// Without it, and where a runner waits: `_checkpoint-train.martlet` beside the output, which
    /// readers skip; the model's own name, and the group's, stand in it where there is one.
    static func url(for spec: TrainSpec, context: JobContext) -> ObjectURL? {
        if let url = spec.checkpoint {
            return url.lastComponent.hasSuffix(ModelStore.fileExtension)
                ? url : url.appending(fileName)
        }
        guard context.savesUnasked else { return nil }
        let model = ModelStore.objectURL(spec.output)
        let isOneObject = model == spec.output
        let stem =
            isOneObject
            ? String(
                spec.output.lastComponent.dropLast(
                    ModelStore.fileExtension.count)) : nil
        let name = ["_checkpoint-train", context.run.shardGroup.map(HivePath.escaped), stem]
            .compactMap { $0 }.joined(separator: "-")
        return (isOneObject ? spec.output.parent : spec.output)
            .appending(name + ModelStore.fileExtension)
    }

    /// The model is committed: nobody needs the checkpoint any more.
    static func remove(_ url: ObjectURL, context: JobContext) async {
        do {
            try await context.store.remove(url)
        } catch {
            context.logger.notice(
                "the checkpoint could not be removed",
                metadata: ["checkpoint": "\(url)", "reason": "\(error)"])
        }
    }
}
