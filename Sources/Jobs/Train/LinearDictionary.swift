import Columns
import Logging
import Models
import Shards

/// The features of a linear model, their categories counted in a pass of their own.
enum LinearDictionary {
    /// Categories of a column at most that is read by what the target was for them. Those of a
    /// single row have the mean of all.
    static let encodedCategoryCountMax = 65_534
    private static let encodedRowCountMin = 2

    /// - Returns: the features, in the order of the columns, and which of them are to be read by
    ///   what the target was for their categories.
    static func read(
        _ columns: TrainingColumns, of table: ShardTable, encoding: LinearEncoding,
        context: JobContext
    ) async throws -> (features: FeatureSchema, encoded: [Int]) {
        let counters = try await count(columns, of: table, context: context)
        var features = TrainingData.featureSchema(columns, counters: counters, context: context)
        var encoded: [Int] = []
        var remaining = counters[...]
        for (index, column) in columns.features.enumerated() where column.isCategorical {
            guard let counter = remaining.popFirst() else { break }
            let name = column.field.name
            guard encoding.usesTarget(column: name, distinctCount: counter.distinctCount) else {
                continue
            }
            encoded.append(index)
            features.features[index].encoding = .categorical(
                categories: counter.categories(
                    max: encodedCategoryCountMax, minCount: encodedRowCountMin))
            context.logger.info(
                "categories read by their mean target",
                metadata: ["column": "\(name)", "distinct": "\(counter.distinctCount)"])
        }
        return (features, encoded)
    }

    /// The features with every category, and the rows of each: which are the most frequent of
    /// all shards is for `reduce` to say.
    static func readAll(
        _ columns: TrainingColumns, of table: ShardTable, context: JobContext
    ) async throws -> (features: FeatureSchema, counts: [[Int]?]) {
        var counters = try await count(columns, of: table, context: context)[...]
        var features: [Feature] = []
        var counts: [[Int]?] = []
        for column in columns.features {
            guard column.isCategorical, let counter = counters.popFirst() else {
                features.append(
                    Feature(
                        name: column.field.name, type: column.field.type, encoding: .numeric))
                counts.append(nil)
                continue
            }
            let ranked = counter.ranked(max: Int.max)
            features.append(
                Feature(
                    name: column.field.name, type: column.field.type,
                    encoding: .categorical(categories: ranked.map(\.text))))
            counts.append(ranked.map(\.count))
        }
        return (FeatureSchema(features), counts)
    }

    private static func count(
        _ columns: TrainingColumns, of table: ShardTable, context: JobContext
    ) async throws -> [CategoryCounter] {
        var counters = try columns.features.filter(\.isCategorical).map {
            try CategoryCounter(field: $0.field)
        }
        if !counters.isEmpty {
            let reader = try ShardReader(
                table: table, columns: columns.features.filter(\.isCategorical).map(\.field.name),
                store: context.store, pool: context.pool)
            try await reader.read { batch in
                try context.shutdown.check()
                for index in counters.indices {
                    try counters[index].add(batch.batch.columns[index])
                }
            }
        }
        return counters
    }
}
