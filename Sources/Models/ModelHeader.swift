import Columns

/// The JSON header of a model file: everything but the long arrays. Keys are in snake case.
struct ModelHeader: Codable {
    struct FeatureEntry: Codable {
        var name: String
        var type: String
        /// Absent for a numeric feature.
        var categories: [String]?
        /// Absent when false; version 2 of the format.
        var acceptsAnyNumber: Bool?
        var zeroIsMissing: Bool?
    }

    /// A statistic of categories; version 3 of the format. Its table is in the sections.
    struct StatisticEntry: Codable {
        var features: [Int]
        /// Absent where the target is a number or has two classes.
        var classIndex: Int?
        var prior: Double
        var cellCount: Int
    }

    struct TargetEntry: Codable {
        var name: String
        var type: String
        var classLabels: [String]
    }

    /// One array behind the header.
    struct SectionEntry: Codable, Hashable {
        var name: String
        var type: String
        var count: Int
    }

    /// `trees` or `linear`.
    var kind: String
    var algorithm: String
    var objective: String
    var alpha: Double?
    /// Absent but for several quantiles; version 3 of the format.
    var quantileLevels: [Double]?
    var transform: String
    var outputCount: Int
    var features: [FeatureEntry]
    /// Absent from a model without them.
    var statistics: [StatisticEntry]?
    var target: TargetEntry
    var parameters: [String: JSONValue]
    var metrics: [String: [String: Double]]
    var bestIteration: Int?
    var importances: [FeatureImportance]
    var profiles: [FeatureProfile]
    var provenance: Provenance
    /// Absent from a model without calibration.
    var calibration: CalibrationEntry?
    var sections: [SectionEntry]

    init(_ artifact: ModelArtifact, sections: [SectionEntry]) {
        kind = artifact.kind.name
        algorithm = artifact.algorithm
        objective = artifact.objective
        alpha = artifact.alpha
        quantileLevels = artifact.quantileLevels.isEmpty ? nil : artifact.quantileLevels
        transform = artifact.transform.rawValue
        outputCount = artifact.outputCount
        features = artifact.features.features.map { feature in
            var entry = FeatureEntry(
                name: feature.name, type: feature.type.name,
                acceptsAnyNumber: feature.acceptsAnyNumber ? true : nil,
                zeroIsMissing: feature.zeroIsMissing ? true : nil)
            if case .categorical(let categories) = feature.encoding {
                entry.categories = categories
            }
            return entry
        }
        let statistics = artifact.features.statistics.map { statistic in
            StatisticEntry(
                features: statistic.features, classIndex: statistic.classIndex,
                prior: statistic.prior, cellCount: statistic.cells.count)
        }
        self.statistics = statistics.isEmpty ? nil : statistics
        target = TargetEntry(
            name: artifact.target.name, type: artifact.target.type.name,
            classLabels: artifact.target.classLabels)
        parameters = artifact.parameters
        metrics = artifact.metrics
        bestIteration = artifact.bestIteration
        importances = artifact.importances
        profiles = artifact.profiles
        provenance = artifact.provenance
        calibration = artifact.calibration.map { CalibrationEntry($0) }
        self.sections = sections
    }

    /// The artifact with `kind`, types and names read, nothing else checked.
    /// - Throws: `outOfSpec` for a type or transform that does not exist.
    func artifact(kind: ModelArtifact.Kind) throws(ModelError) -> ModelArtifact {
        guard let transform = ScoreTransform(rawValue: transform) else {
            throw ModelError(.outOfSpec, "the header names a transform `\(transform)`")
        }
        var artifact = ModelArtifact(
            kind: kind, algorithm: algorithm, objective: objective, alpha: alpha,
            transform: transform, features: try featureSchema(),
            target: ModelTarget(
                name: target.name, type: try Self.type(target.type),
                classLabels: target.classLabels),
            parameters: parameters, metrics: metrics, bestIteration: bestIteration,
            importances: importances, profiles: profiles, provenance: provenance)
        artifact.quantileLevels = quantileLevels ?? []
        return artifact
    }

    private func featureSchema() throws(ModelError) -> FeatureSchema {
        var result: [Feature] = []
        for entry in features {
            let encoding: Feature.Encoding =
                entry.categories.map { .categorical(categories: $0) } ?? .numeric
            result.append(
                Feature(
                    name: entry.name, type: try Self.type(entry.type), encoding: encoding,
                    acceptsAnyNumber: entry.acceptsAnyNumber ?? false,
                    zeroIsMissing: entry.zeroIsMissing ?? false))
        }
        return FeatureSchema(result)
    }

    private static func type(_ name: String) throws(ModelError) -> ColumnType {
        guard let type = ColumnType(name: name) else {
            throw ModelError(.outOfSpec, "the header names a column type `\(name)`")
        }
        return type
    }
}
