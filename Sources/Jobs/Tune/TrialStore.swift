import FoundationEssentials
import Logging
import Models
import ObjectStores

/// Keeps the outcomes of trials: for the tasks of a map, and for a search that is started anew.
struct TrialStore: Sendable {
    /// The folder that they lie in.
    let root: ObjectURL
    let origin: CheckpointOrigin
    let context: JobContext

    /// Outcomes of 100,000 rounds take some megabytes.
    private static let byteCountMax = 64 << 20

    func url(rung: Int, trial: Int) -> ObjectURL {
        root.appending(TrialOutcome.name(rung: rung, trial: trial))
    }

    /// The outcome of this very trial; nil where there is none, or one of other data, parameters or
    /// another version of the program, which is logged.
    func load(rung: Int, trial: Int, values: [String: JSONValue]) async throws -> TrialOutcome? {
        let url = url(rung: rung, trial: trial)
        let object: ObjectSummary?
        do throws(ObjectStoreError) {
            object = try await context.store.summary(of: url)
        } catch {
            // Without s3:ListBucket an object that is not there looks like a forbidden one.
            guard error.code == .accessDenied else { throw error }
            return nil
        }
        guard let object, object.byteCount <= Self.byteCountMax else { return nil }
        let bytes = try await context.store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        func refuse(_ reason: String) -> TrialOutcome? {
            context.logger.warning(
                "the outcome of a trial does not fit; it is left out",
                metadata: ["object": "\(url)", "reason": "\(reason)"])
            return nil
        }
        let text = String(decoding: bytes.bytes, as: UTF8.self)
        guard let outcome = JSONText.decode(TrialOutcome.self, from: text),
            outcome.version == TrialOutcome.version
        else { return refuse("it is no outcome of this version") }
        if let difference = origin.difference(to: outcome.origin) { return refuse(difference) }
        guard outcome.trial == trial, outcome.rung == rung, outcome.report.bestIteration > 0,
            outcome.values.mapValues(\.plainText) == values.mapValues(\.plainText)
        else { return refuse("it is of another trial") }
        return outcome
    }

    func save(_ outcome: TrialOutcome) async throws {
        let text = try JSONText.encode(outcome) + "\n"
        try await context.store.replace(
            url(rung: outcome.rung, trial: outcome.trial), with: Array(text.utf8))
    }

    /// The search is committed: nobody needs them any more.
    func remove(_ outcomes: [TrialOutcome]) async {
        for outcome in outcomes {
            let url = url(rung: outcome.rung, trial: outcome.trial)
            do {
                try await context.store.remove(url)
            } catch {
                context.logger.notice(
                    "the outcome of a trial could not be removed",
                    metadata: ["object": "\(url)", "reason": "\(error)"])
            }
        }
    }
}
