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
}
