import Columns
import Models
import Shards

/// Which columns of the training table are learned from, and how.
struct TrainingColumns: Sendable {
    let target: Field
    let weight: String?
    let query: String?
    /// The column whose equal values stay in one fold.
    let group: String?
    let initScores: [String]
    /// In the order of the table.
    let features: [FeatureColumn]
    /// Columns that are neither, with the reason, for the log.
    let leftOut: [(name: String, reason: String)]

    struct FeatureColumn: Hashable, Sendable {
        let field: Field
        let isCategorical: Bool
    }

    /// - Throws: `configInvalid` for columns that do not exist or cannot be used as asked;
    ///   `dataInvalid` when nothing is left to learn from.
    static func choose(_ spec: TrainSpec, from table: ShardTable) throws -> TrainingColumns {
        func field(_ name: String) throws -> Field {
            guard let field = table.schema[name] else { throw table.missingColumn(name) }
            return field
        }
        let target = try field(spec.target)
        if let weight = spec.weight {
            guard try field(weight).type.isNumeric else {
                throw JobFailure(
                    .configInvalid, "The weight column '\(weight)' is not a number.",
                    place: .init(column: weight))
            }
        }
        for name in spec.initScores where try !field(name).type.isNumeric {
            throw JobFailure(
                .configInvalid, "The column of initial scores '\(name)' is not a number.",
                place: .init(column: name))
        }
        for name in [spec.query, spec.crossValidation?.group].compactMap({ $0 }) {
            _ = try field(name)
        }
        let reserved = try reservedColumns(spec)
        let named = try spec.features.flatMap(table.fields)
        try check(named, reserved: reserved)
        let candidates =
            named.isEmpty ? table.schema.fields.filter { reserved[$0.name] == nil } : named
        let ignored = Set(try spec.ignoreFeatures.flatMap(table.fields).map(\.name))
        let categorical = Set(try spec.categoricalFeatures.flatMap(table.fields).map(\.name))
        var features: [FeatureColumn] = []
        var leftOut: [(name: String, reason: String)] = table.skippedColumns.map {
            ($0.name, $0.reason)
        }
        for candidate in candidates where !ignored.contains(candidate.name) {
            let isNamed = !spec.features.isEmpty || categorical.contains(candidate.name)
            switch (candidate.type.isNumeric, candidate.type == .string) {
            case (true, _):
                features.append(
                    .init(field: candidate, isCategorical: categorical.contains(candidate.name)))
            case (_, true): features.append(.init(field: candidate, isCategorical: true))
            default:
                guard !isNamed else {
                    throw JobFailure(
                        .configInvalid,
                        "The column '\(candidate.name)' is \(candidate.type.name), which is "
                            + "neither a number nor text.",
                        place: .init(column: candidate.name), remedy: "Leave it out.")
                }
                leftOut.append((candidate.name, "\(candidate.type.name) is no feature"))
            }
        }
        guard !features.isEmpty else {
            throw JobFailure(
                .dataInvalid, "No column is left to learn from.",
                remedy: "Look at --features and --ignore-features.")
        }
        return TrainingColumns(
            target: target, weight: spec.weight, query: spec.query,
            group: spec.crossValidation?.group, initScores: spec.initScores,
            features: features, leftOut: leftOut)
    }

    /// Each feature once, and none that is something else.
    private static func check(_ named: [Field], reserved: [String: String]) throws {
        var seen: Set<String> = []
        if let field = named.first(where: { !seen.insert($0.name).inserted }) {
            throw JobFailure(
                .configInvalid, "The column '\(field.name)' is a feature twice.",
                remedy: "Name it once in --features.")
        }
        if let field = named.first(where: { reserved[$0.name] != nil }) {
            throw JobFailure(
                .configInvalid,
                "The column '\(field.name)' is the \(reserved[field.name] ?? "target"), and a "
                    + "feature.",
                remedy: "Take it out of --features.")
        }
    }

    /// What the columns that are no features are for, by name.
    private static func reservedColumns(_ spec: TrainSpec) throws -> [String: String] {
        var reserved = [spec.target: "target"]
        let others =
            [
                (spec.weight, "weight"), (spec.query, "query"),
                (spec.crossValidation?.group, "group of folds"),
            ]
            + spec.initScores.map { ($0, "initial score") }
        for case (let name?, let purpose) in others {
            if let other = reserved.updateValue(purpose, forKey: name) {
                throw JobFailure(
                    .configInvalid, "The column '\(name)' is the \(other) and the \(purpose).",
                    remedy: "Name two columns.")
            }
        }
        return reserved
    }
}
