import ObjectStores

/// Where reports lie.
enum ReportFile {
    static let name = "report.html"

    /// Beside a model: `report.html` in the model's folder, and `NAME.report.html` for a model that
    /// the user gave a name of its own.
    static func url(besideModel url: ObjectURL) -> ObjectURL {
        let file = url.lastComponent
        guard file != ModelStore.fileName else { return url.parent.appending(name) }
        let stem =
            file.hasSuffix(ModelStore.fileExtension)
            ? String(file.dropLast(ModelStore.fileExtension.count)) : file
        return url.parent.appending("\(stem).\(name)")
    }

    /// Of predictions: `_report-predict.html`, or `_report-predict-<group>.html`, in their folder,
    /// where readers of Parquet pass over names that begin so; `NAME.report.html` beside a single
    /// object `NAME.parquet`.
    static func url(
        besidePredictions output: ObjectURL, isOneObject: Bool, group: String?
    ) -> ObjectURL {
        if isOneObject {
            let stem = output.lastComponent.dropLast(".parquet".count)
            return output.parent.appending("\(stem).\(name)")
        }
        let parts = ["_report-predict", group.map(HivePath.escaped)].compactMap { $0 }
        return output.appending(parts.joined(separator: "-") + ".html")
    }
}
