import Columns
import Models
import TestSupport

/// Models of every shape, from a seed.
enum RandomArtifact {
    static let features = FeatureSchema([
        Feature(name: "height", type: .double, encoding: .numeric),
        Feature(name: "born", type: .date, encoding: .numeric),
        Feature(
            name: "job", type: .string,
            encoding: .categorical(categories: (0..<70).map { "job \($0)" })),
        Feature(name: "zip", type: .int64, encoding: .categorical(categories: ["12", "-3"])),
    ])

    static func trees(seed: UInt64, outputCount: Int = 1) -> ModelArtifact {
        var random = SeededGenerator(seed: seed)
        let treeCount = Int.random(in: 0...4, using: &random) * outputCount
        let trees = (0..<treeCount).map { _ in tree(using: &random) }
        return artifact(
            .trees(
                TreeEnsemble(
                    outputCount: outputCount,
                    baseScores: (0..<outputCount).map { _ in
                        Double.random(in: -1...1, using: &random)
                    }, trees: trees)), outputCount: outputCount)
    }

    static func quantiles(levels: [Double], outputCount: Int? = nil) -> ModelArtifact {
        var artifact = trees(seed: 9, outputCount: outputCount ?? levels.count)
        artifact.target.classLabels = []
        artifact.alpha = nil
        artifact.quantileLevels = levels
        artifact.transform = .ascending
        return artifact
    }

    static func linear() -> ModelArtifact {
        artifact(
            .linear(
                LinearModel(
                    terms: [
                        .init(feature: 0, kind: .value, mean: 1.75, scale: 0.1),
                        .init(feature: 0, kind: .missing, mean: 0.05, scale: 0.2),
                        .init(feature: 2, kind: .category(code: 3), mean: 0.1, scale: 0.3),
                        .init(feature: 2, kind: .category(code: 71), mean: 0.1, scale: 0.3),
                    ], outputCount: 1, intercepts: [40], coefficients: [1.5, -2, 0.25, 1e-9])),
            outputCount: 1)
    }

    /// One of each calibration.
    static func calibrated() -> [ModelArtifact] {
        var split = linear()
        split.calibration = .interval(
            IntervalCalibration(method: .split, level: 0.8, margin: 3.25, rowCount: 500))
        var quantiles = trees(seed: 4)
        quantiles.calibration = .interval(
            IntervalCalibration(
                method: .quantiles, level: 0.9, margin: -0.5, rowCount: 7,
                bounds: .init(lower: trees(seed: 5).kind, upper: trees(seed: 6).kind)))
        var binary = trees(seed: 7)
        binary.target.classLabels = ["no", "yes"]
        binary.calibration = .probability(
            ProbabilityCalibration(
                method: .isotonic,
                curves: [.isotonic(inputs: [0, 0.25, 0.75], outputs: [0, 0.5, 0.5])], rowCount: 9))
        var several = trees(seed: 8, outputCount: 3)
        several.calibration = .probability(
            ProbabilityCalibration(
                method: .platt,
                curves: (0..<3).map { .platt(slope: Double($0), intercept: -1) }, rowCount: 9))
        var curves = several
        curves.calibration = .probability(
            ProbabilityCalibration(
                method: .isotonic,
                curves: (1...3).map { count in
                    let points = (0..<count).map { Double($0) / 4 }
                    return .isotonic(inputs: points, outputs: points)
                }, rowCount: 9))
        return [split, quantiles, binary, several, curves]
    }

    private static func artifact(_ kind: ModelArtifact.Kind, outputCount: Int) -> ModelArtifact {
        ModelArtifact(
            kind: kind, algorithm: "gbdt", objective: "quantile", alpha: 0.1,
            transform: outputCount > 1 ? .softmax : .identity, features: features,
            target: ModelTarget(
                name: "age", type: .double,
                classLabels: outputCount > 1 ? (0..<outputCount).map { "c\($0)" } : []),
            parameters: [
                "num_leaves": .integer(63), "learning_rate": .number(0.1),
                "camelKey": .array([.string("a/b"), .null, .bool(true)]),
                "nested_key": .object(["inner_key": .integer(-1)]),
            ],
            metrics: ["train": ["rmse": 3.25, "within_3": 0.5], "valid": ["r2": .nan]],
            bestIteration: 7,
            importances: features.features.map { _ in FeatureImportance(gain: 2, splitCount: 1) },
            profiles: features.features.map { _ in
                FeatureProfile(rowCount: 9, missingCount: 1, minimum: -.infinity, maximum: 4)
            },
            provenance: Provenance(
                programVersion: "1.0", seed: .max, trainRowCount: 9, validRowCount: 3,
                inputs: [.init(url: "s3://in/part-0", byteCount: 12, etag: "\"x\"")]))
    }

    /// Grows by splitting random leaves, then numbers the nodes in the order of their making.
    private static func tree(using random: inout SeededGenerator) -> Tree {
        var nodes: [Tree.Node] = []
        var sets: [[UInt64]] = []
        var leafCount = 1
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let leaf = Int.random(in: 0..<leafCount, using: &random)
            let index = Int32(nodes.count)
            for parent in nodes.indices {
                if nodes[parent].left == ~Int32(leaf) { nodes[parent].left = index }
                if nodes[parent].right == ~Int32(leaf) { nodes[parent].right = index }
            }
            let feature = Int32.random(in: 0..<4, using: &random)
            var set: Int32 = -1
            if feature >= 2 {
                set = Int32(sets.count)
                sets.append(
                    (0..<(feature == 2 ? Int.random(in: 0...2, using: &random) : 1)).map { _ in
                        random.next()
                    })
            }
            nodes.append(
                Tree.Node(
                    feature: feature, threshold: Double.random(in: -2...2, using: &random),
                    categorySet: set, missingGoesLeft: Bool.random(using: &random),
                    left: ~Int32(leaf), right: ~Int32(leafCount), gain: 1.5, rowCount: 10))
            leafCount += 1
        }
        return Tree(
            nodes: nodes,
            leafValues: (0..<leafCount).map { _ in Double.random(in: -1...1, using: &random) },
            leafRowCounts: (0..<leafCount).map { Int64($0) }, categorySets: sets)
    }
}
