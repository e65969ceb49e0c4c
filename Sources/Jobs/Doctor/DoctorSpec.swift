package import ObjectStores

/// What `doctor` is asked to look at; everything is optional.
package struct DoctorSpec: Sendable {
    package let data: [ObjectURL]
    package let model: ObjectURL?
    package let output: ObjectURL?

    package init(_ values: JobValues) throws {
        data = try values.list("data").map { try ObjectURL(parsing: $0) }
        model = try values.text("model").map { try ObjectURL(parsing: $0) }
        output = try values.text("output").map { try ObjectURL(parsing: $0) }
    }
}
