import Jobs

/// A query with `${names}` in it.
enum QueryTemplate {
    /// - Throws: `configInvalid` for a name without value.
    static func fill(
        _ template: String, with values: [String: String], name: String
    ) throws(JobFailure) -> String {
        var text = ""
        var rest = template[...]
        while let start = rest.firstRange(of: "${") {
            text += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}"),
                let value = values[String(rest[..<end])]
            else {
                throw JobFailure(
                    .configInvalid,
                    "The query '\(name)' asks for ${\(rest.prefix(30))…, which has no value.",
                    remedy: "Known are: \(values.keys.sorted().joined(separator: ", ")).")
            }
            text += value
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
