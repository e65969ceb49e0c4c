package import ObjectStores

/// What `plan` is asked to do, checked.
package struct PlanSpec: Sendable {
    package let data: [ObjectURL]
    /// Empty when only scoring is planned.
    package let trainingData: [ObjectURL]
    /// nil when the model is still to be trained.
    package let model: ObjectURL?
    package let output: ObjectURL
    /// Rounds of boosting that training may take.
    package let rounds: Int
    /// nil: as many as the work asks for.
    package let groupCount: Int?
    package let groupSeconds: Double
    package let concurrency: Int
    package let deadlineSeconds: Double
    package let costLimit: Double?

    package init(_ values: JobValues) throws {
        data = try values.urls("data")
        trainingData = try values.list("training_data").map { try ObjectURL(parsing: $0) }
        model = try values.text("model").map { try ObjectURL(parsing: $0) }
        output = try ObjectURL(parsing: try values.requiredText("output"))
        rounds = try values.integer("num_iterations", default: 100)
        groupCount = try values.optionalInteger("groups")
        groupSeconds = try values.number("group_seconds", default: 300)
        concurrency = try values.integer("concurrency", default: 100)
        deadlineSeconds = try values.number("deadline_seconds", default: 3_600)
        costLimit = try values.optionalNumber("cost_limit")
    }
}
