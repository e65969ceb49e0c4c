extension ModelArtifact.Kind {
    /// `trees` or `linear`, as the header says.
    var name: String {
        switch self {
        case .trees: "trees"
        case .linear: "linear"
        }
    }

    /// Raw scores of one row: 1, or the number of classes or targets.
    package var outputCount: Int {
        switch self {
        case .trees(let ensemble): ensemble.outputCount
        case .linear(let model): model.outputCount
        }
    }

    func append(to sections: inout SectionWriter) {
        switch self {
        case .trees(let ensemble): ensemble.append(to: &sections)
        case .linear(let model): model.append(to: &sections)
        }
    }

    /// - Throws: `outOfSpec` for an unknown name, or arrays that break the format.
    static func read(
        _ name: String, from sections: inout SectionReader, prefix: String = "", outputCount: Int
    ) throws(ModelError) -> Self {
        sections.prefix = prefix
        defer { sections.prefix = "" }
        switch name {
        case "trees":
            return .trees(try TreeEnsemble(from: &sections, outputCount: outputCount))
        case "linear":
            return .linear(try LinearModel(from: &sections, outputCount: outputCount))
        default: throw ModelError(.outOfSpec, "the header names a kind `\(name)`")
        }
    }

    func validate(features: FeatureSchema) throws(ModelError) {
        switch self {
        case .trees(let ensemble): try ensemble.validate(features: features)
        case .linear(let model): try model.validate(features: features)
        }
    }
}
