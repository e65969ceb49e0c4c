package import ObjectStores
package import Parquet
package import Predictions

/// What `predict` is asked to do, checked.
package struct PredictSpec: Sendable {
    package let model: ObjectURL
    package let lowerModel: ObjectURL?
    package let upperModel: ObjectURL?
    package let data: [ObjectURL]
    package let output: ObjectURL
    /// What is written besides the predictions; of the kept columns `--id`, then `--keep`, each once.
    package let options: PredictionOptions
    package let writerOptions: WriterOptions
    /// Shards that may be left out.
    package let badShardCountMax: Int
    /// nil keeps all rows.
    package let filter: String?
    package let writesReport: Bool

    package init(_ values: JobValues) throws {
        model = try ObjectURL(parsing: try values.requiredText("model"))
        (lowerModel, upperModel) = try values.intervalModels()
        data = try values.urls("data")
        output = try ObjectURL(parsing: try values.requiredText("output"))
        var seen: Set<String> = []
        let keptColumns = try (values.list("id") + values.list("keep")).filter {
            seen.insert($0).inserted
        }
        options = PredictionOptions(
            keptColumns: keptColumns, writesRawScore: try values.flag("raw_score"),
            writesLeafIndices: try values.flag("leaf_index"),
            writesContributions: try values.flag("contributions"),
            writesInteractions: try values.flag("interactions"))
        writerOptions = try values.writerOptions()
        badShardCountMax = try values.integer("max_bad_shards", default: 0)
        filter = try values.text("filter")
        writesReport = try values.text("report") != "never"
    }
}

extension JobValues {
    func intervalModels() throws -> (lower: ObjectURL?, upper: ObjectURL?) {
        let lower = try text("lower_model").map { try ObjectURL(parsing: $0) }
        let upper = try text("upper_model").map { try ObjectURL(parsing: $0) }
        guard (lower == nil) == (upper == nil) else {
            throw JobFailure(
                .configInvalid, "An interval needs both --lower-model and --upper-model.")
        }
        return (lower, upper)
    }
}
