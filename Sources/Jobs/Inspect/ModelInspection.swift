import Columns
import Models
import ObjectStores

/// What a model artifact says of itself.
struct ModelInspection: JobResult {
    struct FeatureLine: Encodable, Sendable {
        let name: String
        let type: String
        let encoding: String
        let categories: Int?
        let gain: FiniteNumber?
        let splits: Int?
    }

    struct CombinationLine: Encodable, Sendable {
        let name: String
        let features: [String]
        /// Cells that are not as rare as to have the mean of all rows.
        let cells: Int
        let gain: FiniteNumber?
        let splits: Int?
    }

    let command = "inspect"
    let model: String
    let bytes: Int
    let algorithm: String
    let objective: String
    let alpha: Double?
    /// Of several quantiles.
    let quantileLevels: [Double]?
    let target: String
    let classes: [String]
    let iterations: Int
    let bestIteration: Int?
    let trees: Int
    let leaves: Int
    let features: [FeatureLine]
    /// Combinations of features whose target statistics trees read; absent without them.
    let combinations: [CombinationLine]?
    let parameters: [String: JSONValue]
    let metrics: [String: [String: FiniteNumber]]
    let provenance: Provenance

    var commit: CommitReference? { nil }
    var rowsIn: Int { 0 }
    var rowsOut: Int { 0 }
    var rowsQuarantined: Int { 0 }
    var shardCount: Int { 0 }
    var peakRssBytes: Int { PeakMemory.byteCount }

    init(_ artifact: ModelArtifact, object: ObjectSummary) {
        model = object.url.description
        bytes = object.byteCount
        algorithm = artifact.algorithm
        objective = artifact.objective
        alpha = artifact.alpha
        quantileLevels = artifact.quantileLevels.isEmpty ? nil : artifact.quantileLevels
        target = artifact.target.name
        classes = artifact.target.classLabels
        bestIteration = artifact.bestIteration
        switch artifact.kind {
        case .trees(let ensemble):
            iterations = ensemble.iterationCount
            trees = ensemble.trees.count
            leaves = ensemble.trees.reduce(0) { $0 + $1.leafValues.count }
        case .linear:
            iterations = 0
            trees = 0
            leaves = 0
        }
        let importances = artifact.importances
        let byTarget = Set(
            artifact.features.statistics.filter { $0.features.count == 1 }.map { $0.features[0] })
        features = artifact.features.features.enumerated().map { index, feature in
            let importance = importances.indices.contains(index) ? importances[index] : nil
            var categories: Int?
            if case .categorical(let names) = feature.encoding { categories = names.count }
            return FeatureLine(
                name: feature.name, type: feature.type.name,
                encoding: categories == nil
                    ? "numeric" : byTarget.contains(index) ? "target" : "categorical",
                categories: categories,
                gain: importance.map { FiniteNumber($0.gain) }, splits: importance?.splitCount)
        }
        let combinations = Self.combinations(of: artifact)
        self.combinations = combinations.isEmpty ? nil : combinations
        parameters = artifact.parameters
        metrics = artifact.metrics.mapValues { $0.mapValues(FiniteNumber.init) }
        provenance = artifact.provenance
    }

    private static func combinations(of artifact: ModelArtifact) -> [CombinationLine] {
        let schema = artifact.features
        let names = schema.termNames
        return schema.crosses.enumerated().map { index, cross in
            let term = schema.features.count + index
            let importances = artifact.importances
            let importance = importances.indices.contains(term) ? importances[term] : nil
            return CombinationLine(
                name: names[term], features: cross.map { schema.features[$0].name },
                cells: schema.statistics.first { $0.features == cross }?.cells.count ?? 0,
                gain: importance.map { FiniteNumber($0.gain) }, splits: importance?.splitCount)
        }
    }

    private var origin: String {
        provenance.importedFrom
            ?? "\(provenance.inputs.count) objects, martlet \(provenance.programVersion)"
    }

    private var levelText: String {
        let levels = quantileLevels ?? [alpha].compactMap { $0 }
        return levels.isEmpty ? "" : " at " + levels.map { "\($0)" }.joined(separator: ", ")
    }

    var summary: [SummaryLine] {
        var lines = [
            SummaryLine("model", model),
            SummaryLine("kind", "\(algorithm), \(objective)\(levelText)"),
            SummaryLine(
                "target",
                classes.isEmpty ? target : "\(target) (\(classes.joined(separator: ", ")))"),
            SummaryLine("trained on", "\(provenance.trainRowCount) rows, \(origin)"),
        ]
        if trees > 0 { lines.append(SummaryLine("trees", "\(trees), \(leaves) leaves")) }
        for set in metrics.keys.sorted() {
            lines.append(SummaryLine(set, SummaryLine.metrics(metrics[set] ?? [:])))
        }
        var terms = features.map { feature in
            let kind = feature.categories.map { "\($0) categories" } ?? feature.type
            let isByTarget = feature.encoding == "target"
            return (feature.name, kind + (isByTarget ? " by target" : ""), feature.gain?.value)
        }
        terms += (combinations ?? []).map { ($0.name, "\($0.cells) cells", $0.gain?.value) }
        for (name, kind, gain) in terms.sorted(by: { ($0.2 ?? 0) > ($1.2 ?? 0) }) {
            let text = gain.map { ", gain \(SummaryLine.rounded($0))" } ?? ""
            lines.append(SummaryLine("  " + name, kind + text))
        }
        return lines
    }
}
