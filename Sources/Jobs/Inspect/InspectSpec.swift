package import ObjectStores

/// What `inspect` is asked to do, checked.
package struct InspectSpec: Sendable {
    package let url: ObjectURL
    /// Rows to print; nil for none.
    package let rowCount: Int?
    package let printsChecksums: Bool
    /// nil keeps all rows.
    package let filter: String?

    package init(_ values: JobValues) throws {
        url = try ObjectURL(parsing: try values.requiredText("url"))
        rowCount = try values.optionalInteger("rows")
        printsChecksums = try values.flag("checksum")
        filter = try values.text("filter")
    }
}
