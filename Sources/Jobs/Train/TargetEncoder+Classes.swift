import Columns
import Models
import ObjectStores
import Shards

extension TargetEncoder {
    /// Classes of a target at most: more are a regression, or a key.
    static let classCountMax = 10_000

    /// The encoder for training; a classification reads its classes first, in a pass of its own,
    /// where they are not 0 and 1.
    init(
        for field: Field, in table: ShardTable, objective: TrainSpec.Algorithm, context: JobContext
    ) async throws {
        switch objective {
        case _ where objective.isMulticlass:
            if field.type == .string {
                let classes = try await Self.texts(field, in: table, context: context)
                try Self.checkCount(classes.count, field, table)
                try self.init(field: field, isClassification: true, classes: classes)
            } else {
                let numbers = try await Self.numbers(field, in: table, context: context)
                try Self.checkCount(numbers.count, field, table)
                try self.init(field: field, numbers: numbers)
            }
        case _ where objective.isClassification && field.type == .string:
            let classes = try await Self.texts(field, in: table, context: context)
            // No value at all is reported with the rows, later.
            guard classes.count == 2 || classes.isEmpty else {
                throw Self.refused(
                    "\(Self.countText(classes.count)) different values; two classes are needed.",
                    field, table)
            }
            try self.init(field: field, isClassification: true, classes: classes)
        default:
            try self.init(
                field: field, isClassification: objective.isClassification, classes: nil)
        }
    }

    private static func checkCount(
        _ count: Int, _ field: Field, _ table: ShardTable
    ) throws(JobFailure) {
        if count > classCountMax {
            throw refused(
                "more than \(classCountMax) different values, too many for classes.", field, table)
        }
        if count == 1 {
            throw refused(
                "1 different value; this objective needs two or more.", field, table)
        }
    }

    private static func countText(_ count: Int) -> String {
        count > classCountMax ? "more than \(classCountMax)" : "\(count)"
    }

    private static func refused(
        _ problem: String, _ field: Field, _ table: ShardTable
    ) -> JobFailure {
        JobFailure(
            .dataInvalid, "The target '\(field.name)' has \(problem)",
            place: .init(object: table.shards.first?.url.description, column: field.name))
    }

    /// The texts of a column, sorted; of too many, one more than may be.
    private static func texts(
        _ field: Field, in table: ShardTable, context: JobContext
    ) async throws -> [String] {
        var counter = try CategoryCounter(field: field)
        let reader = try ShardReader(
            table: table, columns: [field.name], store: context.store, pool: context.pool)
        try await reader.read { try counter.add($0.batch.columns[0]) }
        return counter.categories(max: classCountMax + 1).sorted()
    }

    /// The numbers of a column, ascending; of too many, one more than may be.
    private static func numbers(
        _ field: Field, in table: ShardTable, context: JobContext
    ) async throws -> [Float] {
        let encoder = try TargetEncoder(field: field, isClassification: false, classes: nil)
        let reader = try ShardReader(
            table: table, columns: [field.name], store: context.store, pool: context.pool)
        var numbers: Set<Float> = []
        try await reader.read { batch in
            guard numbers.count <= classCountMax else { return }
            let place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: field.name)
            for label in try encoder.encode(batch.batch.columns[0], place: place) {
                if let label { numbers.insert(label) }
            }
        }
        return Array(numbers.sorted().prefix(classCountMax + 1))
    }
}
