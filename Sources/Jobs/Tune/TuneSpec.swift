import FoundationEssentials
import Models
package import ObjectStores

/// What `tune` is asked to do, checked.
package struct TuneSpec: Sendable {
    /// Which part of the search this process does.
    package enum Stage: String, Sendable {
        /// Everything, on this machine.
        case all
        /// Writes the trials of the first rung as items of a map; trains nothing.
        case plan
        /// Measures one trial of one rung.
        case trial
        /// Looks at what the trials of a map have measured: names those of the next rung, or trains
        /// the best one on all rows.
        case reduce
    }

    /// What trials are measured on.
    enum Evaluation: Hashable, Sendable {
        case holdout(share: Double)
        /// Shards of their own.
        case separate
        case folds(CrossValidationSpec)
    }

    let space: SearchSpace
    let schedule: SearchSchedule
    let evaluation: Evaluation
    package let stage: Stage
    /// Of stage `trial`.
    let trial: Int
    let rung: Int
    /// The training of a trial without anything that the space says.
    let spec: TrainSpec
    /// What all trials have in common, by name, as far as results depend on it.
    let identity: [String: String]
    private let values: JobValues

    private static let shareDefault = 0.2

    /// - Throws: `configInvalid`; `ObjectStoreError` when the space cannot be read.
    package init(_ values: JobValues, store: any ObjectStore) async throws {
        space = try await Self.space(try values.text("space"), in: store)
        schedule = try SearchSchedule(values)
        stage = try values.text("stage").flatMap(Stage.init) ?? .all
        trial = try values.integer("trial", default: 0)
        rung = try values.integer("rung", default: 0)
        for name in ["trial", "rung"] where values.isSet(name) && stage != .trial {
            throw values.wrong(name, "it belongs to stage trial")
        }
        if stage == .trial {
            guard values.isSet("trial") else { throw values.missing("trial") }
            guard trial < schedule.trialCount else {
                throw values.wrong("trial", "there are \(schedule.trialCount), counted from 0")
            }
            guard rung < schedule.rungs.count else {
                throw values.wrong("rung", "there are \(schedule.rungs.count), counted from 0")
            }
        }
        for name in space.dimensions.keys.sorted() where values.isSet(name) {
            throw values.wrong(name, "the search space has it too")
        }
        guard try values.text("algorithm") ?? "gbdt" == "gbdt" else {
            throw values.wrong("algorithm", "only boosted trees are tuned")
        }
        // The rows that validate come from the one table: the training itself sees all of them.
        let share = try values.number("valid_fraction", default: 0)
        self.values = values.removing(["valid_fraction"])
        spec = try TrainSpec(self.values, holdsOutRows: true)
        if let folds = spec.crossValidation {
            guard !values.isSet("valid_fraction") else {
                throw values.wrong("valid_fraction", "it cannot be combined with cv")
            }
            evaluation = .folds(folds)
        } else if !spec.validData.isEmpty {
            guard share == 0 else {
                throw values.wrong("valid_fraction", "it cannot be combined with valid_data")
            }
            evaluation = .separate
        } else {
            evaluation = .holdout(share: share > 0 ? share : Self.shareDefault)
        }
        var identity = values.identity
        identity["space"] = space.canonicalText
        self.identity = identity
        // What cannot be trained is said before any data is read.
        for trial in 0..<schedule.trialCount { _ = try trainSpec(of: trial) }
    }

    /// What the space gives a trial.
    func parameters(of trial: Int) -> [String: JSONValue] {
        space.draw(trial: trial, seed: spec.seed)
    }

    /// The training of a trial.
    /// - Throws: `configInvalid` for values that do not go together.
    func trainSpec(of trial: Int) throws -> TrainSpec {
        let drawn = parameters(of: trial)
        do {
            return try TrainSpec(
                values.overriding(drawn.mapValues { .searched($0) }), holdsOutRows: true)
        } catch {
            let failure = JobFailure(converting: error)
            let text = drawn.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value.plainText)" }.joined(separator: ", ")
            throw JobFailure(
                failure.name, "Trial \(trial) (\(text)) cannot be trained: \(failure.message)",
                place: failure.place, remedy: failure.remedy)
        }
    }

    private static func space(
        _ text: String?, in store: any ObjectStore
    ) async throws -> SearchSpace {
        guard let text else { return .standard }
        if text.drop(while: \.isWhitespace).first == "{" {
            return try SearchSpace(parsing: text, name: "--space")
        }
        guard let object = try await store.summary(of: try ObjectURL(parsing: text)) else {
            throw JobFailure(
                .configInvalid, "There is no search space here.", place: .init(object: text))
        }
        guard object.byteCount <= SearchSpace.byteCountMax else {
            throw JobFailure(
                .configInvalid, "\(object.byteCount) bytes are too many for a search space.",
                place: .init(object: text))
        }
        let bytes = try await store.read(
            object, range: ByteRange(offset: 0, count: object.byteCount))
        return try SearchSpace(
            parsing: String(decoding: bytes.bytes, as: UTF8.self), name: text)
    }
}
