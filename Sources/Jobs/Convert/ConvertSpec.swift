package import Interchange
package import ObjectStores

/// What `convert` is asked to do, checked.
package struct ConvertSpec: Sendable {
    package let model: ObjectURL
    /// nil: what the content says.
    package let from: ForeignFormat?
    /// nil: Martlet's own format.
    package let to: ForeignFormat?
    package let output: ObjectURL
    /// The name of the column that an imported model predicts; nil to keep what there is.
    package let target: String?

    package init(_ values: JobValues) throws {
        model = try ObjectURL(parsing: try values.requiredText("model"))
        from = try values.text("from").flatMap { ForeignFormat(rawValue: $0) }
        to = try values.text("to").flatMap { ForeignFormat(rawValue: $0) }
        output = try ObjectURL(parsing: try values.requiredText("output"))
        target = try values.text("target")
        guard values.isSet("from") || values.isSet("to") else {
            throw JobFailure(
                .configInvalid, "convert needs --from or --to.",
                remedy: "--from lightgbm|xgboost|onnx reads another library's model; "
                    + "--to lightgbm|xgboost|onnx writes one.")
        }
    }
}
