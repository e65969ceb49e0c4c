import LinearModels
import Models

/// Partial statistics that belong together, in the order of their shards' URLs.
struct PartialUnion: Sendable {
    let header: PartialStatistics.Header
    let features: FeatureSchema
    let shards: [PartialStatistics.Header.ShardEntry]
    private let sums: [(writer: FeatureSchema, flat: [Double])]

    /// - Throws: `configInvalid` when two were made with different parameters, or hold the same
    ///   shard; `modelIncompatible` when their columns differ.
    init(_ partials: [(source: String, statistics: PartialStatistics)]) throws {
        guard let first = partials.first else {
            throw JobFailure(.dataInvalid, "There are no partial statistics.")
        }
        header = first.statistics.header
        var owners: [String: String] = [:]
        var entries: [(PartialStatistics.Header.ShardEntry, FeatureSchema, [Double])] = []
        for (source, statistics) in partials {
            try Self.check(statistics.header, header, source: source, first: first.source)
            let writer = try PartialStatistics.schema(statistics.header)
            for (entry, flat) in zip(statistics.header.shards, statistics.sums) {
                if let owner = owners.updateValue(source, forKey: entry.url) {
                    throw JobFailure(
                        .configInvalid,
                        "The shard \(entry.url) is in two partial statistics, and would count "
                            + "twice.",
                        place: .init(object: source), remedy: "Leave it or \(owner) out.")
                }
                entries.append((entry, writer, flat))
            }
        }
        entries.sort { $0.0.url.utf8.lexicographicallyPrecedes($1.0.url.utf8) }
        shards = entries.map(\.0)
        sums = entries.map { ($0.1, $0.2) }
        features = try Self.union(partials.map(\.statistics.header))
    }

    var penalty: PenaltyChoice {
        if let l1 = header.lambdaL1, let l2 = header.lambdaL2 {
            return .fixed(LinearPenalty(l1: l1, l2: l2))
        }
        return .automatic(l1Ratio: header.l1Ratio ?? 0)
    }

    /// The sums of all shards, merged in their order as one machine merges them.
    func moments() throws -> ShardMoments {
        var result: ShardMoments?
        for (writer, flat) in sums {
            let next = try ShardMoments(
                flat: flat[...], foldCount: header.foldCount, writer: writer, features: features)
            if result == nil { result = next } else { result?.merge(next) }
        }
        guard let result else { throw JobFailure(.dataInvalid, "There is no shard.") }
        return result
    }

    private static func check(
        _ header: PartialStatistics.Header, _ other: PartialStatistics.Header, source: String,
        first: String
    ) throws(JobFailure) {
        guard header.objective == other.objective, header.lambdaL1 == other.lambdaL1,
            header.lambdaL2 == other.lambdaL2, header.l1Ratio == other.l1Ratio,
            header.foldCount == other.foldCount, header.weight == other.weight,
            header.target == other.target
        else {
            throw JobFailure(
                .configInvalid,
                "The statistics were made with other parameters than \(first): the objective, the "
                    + "penalties, the target and the weight must be the same.",
                place: .init(object: source), remedy: "Make all of them alike.")
        }
        for (own, wanted) in zip(header.features, other.features)
        where own.name != wanted.name || own.type != wanted.type
            || (own.categories == nil) != (wanted.categories == nil)
        {
            throw JobFailure(
                .modelIncompatible,
                "The column '\(own.name)' is \(own.type) here, '\(wanted.name)' is "
                    + "\(wanted.type) in \(first).",
                place: .init(object: source, column: own.name),
                remedy: "Name the columns with --features, and write them with one type.")
        }
        guard header.features.count == other.features.count else {
            throw JobFailure(
                .modelIncompatible,
                "There are \(header.features.count) features here, \(other.features.count) in "
                    + "\(first).",
                place: .init(object: source), remedy: "Name the columns with --features.")
        }
    }

    /// The features with the most frequent categories of all shards, as one machine counts them.
    private static func union(_ headers: [PartialStatistics.Header]) throws -> FeatureSchema {
        let schema = try PartialStatistics.schema(headers[0])
        var features = schema.features
        for index in features.indices where features[index].codeCount > 0 {
            var counts: [String: Int] = [:]
            for header in headers {
                let column = header.features[index]
                let own = column.categories ?? []
                guard let rows = column.counts, rows.count == own.count else {
                    throw JobFailure(
                        .dataInvalid, "The categories have no counts.",
                        place: .init(column: column.name))
                }
                for (category, count) in zip(own, rows) {
                    let sum = counts[category, default: 0].addingReportingOverflow(count)
                    counts[category] = sum.overflow ? Int.max : sum.partialValue
                }
            }
            let ranked = counts.sorted {
                $0.value != $1.value
                    ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
            }
            features[index].encoding = .categorical(
                categories: ranked.prefix(TrainingData.categoryCountMax).map(\.key))
        }
        return FeatureSchema(features)
    }
}
