import Logging
import Models
import ObjectStores
import Synchronization
import Trees

/// Saves one training from time to time, finds what an earlier attempt has saved, and removes it
/// when the model is committed.
final class CheckpointKeeper: Sendable {
    /// So much more time goes by between two checkpoints than one of them takes.
    private static let pauseFactor = 20

    private struct Pace {
        var lastSave: ContinuousClock.Instant
        var lastRound = 0
        var cost = Duration.zero
    }

    let url: ObjectURL
    private let interval: CheckpointInterval
    private let origin: CheckpointOrigin
    /// Features, target and names of the model in the making.
    private let artifact: ModelArtifact
    private let context: JobContext
    private let clock = ContinuousClock()
    private let pace: Mutex<Pace>
    private let selection = Mutex<CrossValidationReport?>(nil)

    init(
        url: ObjectURL, interval: CheckpointInterval, origin: CheckpointOrigin,
        artifact: ModelArtifact, context: JobContext
    ) {
        self.url = url
        self.interval = interval
        self.origin = origin
        self.artifact = artifact
        self.context = context
        pace = Mutex(Pace(lastSave: ContinuousClock().now))
    }

    /// What an earlier attempt of this very training left; nil if there is nothing to go on from.
    ///
    /// A checkpoint that is damaged, or belongs to other data, parameters or another version of
    /// the program, is left out with a warning, and replaced in time.
    /// - Throws: `ObjectStoreError` when it cannot be looked for.
    func load() async throws -> BoostedModel? {
        guard let object = try await found() else { return nil }
        let checkpoint: TrainingCheckpoint
        do {
            guard object.byteCount <= ModelStore.byteCountMax else {
                throw ModelError(.limitExceeded, "\(object.byteCount) bytes are too many.")
            }
            let bytes = try await context.store.read(
                object, range: ByteRange(offset: 0, count: object.byteCount))
            checkpoint = try TrainingCheckpoint(decoding: Array(bytes.bytes))
        } catch let error as ModelError {
            refuse(error.message)
            return nil
        }
        if let difference = origin.difference(to: checkpoint.origin) {
            refuse(difference)
            return nil
        }
        context.logger.notice(
            "going on from a checkpoint",
            metadata: [
                "checkpoint": "\(url)", "rounds": "\(checkpoint.model.ensemble.iterationCount)",
            ])
        pace.withLock { $0.lastRound = checkpoint.model.ensemble.iterationCount }
        selection.withLock { $0 = checkpoint.crossValidation }
        return checkpoint.model
    }

    /// What chose the rounds of the training that was found or is kept; nil without folds.
    var crossValidation: CrossValidationReport? { selection.withLock { $0 } }

    /// From now on it is saved with the model.
    func keep(_ report: CrossValidationReport) { selection.withLock { $0 = report } }

    /// Without s3:ListBucket an object that is not there looks like a forbidden one.
    private func found() async throws(ObjectStoreError) -> ObjectSummary? {
        do {
            return try await context.store.summary(of: url)
        } catch {
            guard error.code == .accessDenied else { throw error }
            let reason = error.message
            context.logger.notice(
                "a checkpoint cannot be looked for",
                metadata: ["checkpoint": "\(url)", "reason": "\(reason)"])
            return nil
        }
    }

    /// Says why the checkpoint that is there is not used.
    private func refuse(_ reason: String) {
        context.logger.warning(
            "the checkpoint does not fit; training starts anew",
            metadata: ["checkpoint": "\(url)", "reason": "\(reason)"])
    }

    /// Whether it is time to save, after so many rounds. Says so once.
    func isDue(after round: Int) -> Bool {
        pace.withLock { pace in
            let now = clock.now
            guard now - pace.lastSave >= pace.cost * Self.pauseFactor else { return false }
            switch interval {
            case .never: return false
            case .rounds(let count): guard round - pace.lastRound >= count else { return false }
            case .time(let time): guard now - pace.lastSave >= time else { return false }
            }
            pace.lastSave = now
            pace.lastRound = round
            return true
        }
    }

    /// Replaces what was saved, as a whole or not at all.
    func save(_ model: BoostedModel) async throws {
        let start = clock.now
        let bytes = try TrainingCheckpoint(
            origin: origin, model: model, crossValidation: crossValidation
        ).encoded(as: artifact)
        try await context.store.replace(url, with: bytes)
        let now = clock.now
        context.figures.add(.checkpointSeconds, (now - start).seconds)
        pace.withLock { pace in
            pace.cost = now - start
            pace.lastSave = now
        }
        context.logger.info(
            "checkpoint written",
            metadata: [
                "checkpoint": "\(url)", "rounds": "\(model.ensemble.iterationCount)",
                "bytes": "\(bytes.count)", "seconds": "\((now - start).seconds)",
            ])
    }

    /// Saves beside the training. That it fails once does not end the training.
    func saveOrWarn(_ model: BoostedModel) async {
        do {
            try await save(model)
        } catch {
            guard !Task.isCancelled else { return }
            context.logger.warning(
                "the checkpoint could not be written",
                metadata: ["checkpoint": "\(url)", "reason": "\(error)"])
        }
    }

    /// Saves for the last time, when the job is told to stop, although its task is cancelled.
    /// - Returns: the failure that the job ends with, which says what has been saved.
    func saveAtStop(_ model: BoostedModel) async -> JobFailure {
        let rounds = model.ensemble.iterationCount
        do {
            try await shielded(within: Shutdown.checkpointTimeMax) { try await self.save(model) }
            return JobFailure(
                .interrupted, "Stopped by a signal after round \(rounds).",
                place: .init(object: url.description),
                remedy: "A checkpoint was written; start the same job again, and it goes on.")
        } catch {
            context.logger.warning(
                "the checkpoint could not be written",
                metadata: ["checkpoint": "\(url)", "reason": "\(error)"])
            return JobFailure(
                .interrupted,
                "Stopped by a signal after round \(rounds); the checkpoint could not be written.",
                place: .init(object: url.description),
                remedy: "Start the same job again; it goes on from an older checkpoint, if any.")
        }
    }
}
