package import Columns

/// The demonstration data set: an id, the 22 features of the 'age' schema, 5% of each null, and
/// the age to predict.
///
/// A row depends on the seed and its own index only; so shards of any sizes, made in any order on
/// any number of threads, add up to the same table.
package struct DemonstrationTable: Sendable {
    package let rowCount: Int
    package let seed: UInt64

    /// All columns nullable, as Athena declares them.
    package static let schema = Schema(
        [Field(name: "id", type: .int64)]
            + features.map { Field(name: $0.name, type: $0.type) }
            + [Field(name: "age", type: .double)])

    private static let features: [(name: String, type: ColumnType)] = [
        ("tenure_months", .int32), ("job_level_encoded", .int32),
        ("job_seniority_score", .int32), ("compensation_encoded", .int32),
        ("company_size_encoded", .int32), ("linkedin_activity_score", .double),
        ("days_since_profile_update", .int32), ("social_media_presence_score", .double),
        ("email_engagement_score", .double), ("industry_typical_age", .int32),
        ("job_function_encoded", .int32), ("company_revenue_encoded", .int32),
        ("quarter", .int32), ("education_level_encoded", .int32), ("graduation_year", .int32),
        ("number_of_jobs", .int32), ("skill_count", .int32), ("total_career_years", .double),
        ("job_churn_rate", .double), ("tenure_job_level_interaction", .int32),
        ("comp_size_interaction", .int32), ("profile_completeness", .double),
    ]

    package init(rowCount: Int, seed: UInt64) {
        precondition(rowCount >= 0)
        self.rowCount = rowCount
        self.seed = seed
    }

    /// Rows `rows` of the table, which lie within `0..<rowCount`. Ids are the row indexes.
    /// - Complexity: O(`rows.count`), about 0.7 microseconds a row.
    package func batch(rows: Range<Int>) -> RecordBatch {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount)
        var columns = DemonstrationColumns(rowCount: rows.count)
        for (position, row) in rows.enumerated() {
            var stream = RandomStream(seed: seed, row: UInt64(row))
            let values = DemonstrationRow(&stream)
            columns.set(position, id: Int64(row), values)
            columns.setNulls(position, &stream)
        }
        return RecordBatch(
            schema: Self.schema, columns: columns.columns(Self.schema), rowCount: rows.count)
    }
}
