import Columns
package import Models

/// Reads ONNX models of one tree ensemble: what skl2onnx writes for scikit-learn's forests and
/// (histogram) gradient boosting, what onnxmltools writes for LightGBM and XGBoost, and our own.
///
/// Around the `TreeEnsembleRegressor` or `TreeEnsembleClassifier` only operators are read that leave
/// its numbers alone, and the transforms that a model of ours has; any other is refused by name. A
/// matrix (rows × N) has the columns `f0`, `f1`, …; inputs of one column are called what they are.
package enum ONNXImport {
    /// - Throws: `outOfSpec` with the byte or attribute, `unsupported` by name, `limitExceeded`.
    package static func decode(_ bytes: [UInt8]) throws(InterchangeError) -> ModelArtifact {
        let file = try ONNXFile(bytes)
        let (node, isClassifier) = try ensemble(of: file)
        let labels = isClassifier ? try self.labels(of: node) : []
        let trees = try ONNXTrees(node, classCount: isClassifier ? labels.count : nil)
        let (features, readsFloats) = try features(of: file, node: node, trees: trees)
        let transform = try transform(of: file, node: node, isClassifier: isClassifier)
        let ensemble = try trees.ensemble(readsFloats: readsFloats)
        // Shares of one whole, or yes and no of each class: those behind these transforms are classes.
        let hasClasses = trees.outputCount > 1 && [.softmax, .sigmoid].contains(transform)
        let numbers = (0..<trees.outputCount).map { "\($0)" }
        return ModelArtifact(
            kind: .trees(ensemble), algorithm: "gbdt",
            objective: objective(
                transform, isClassifier: isClassifier, outputCount: trees.outputCount),
            alpha: nil, transform: transform, features: FeatureSchema(features),
            target: ModelTarget(
                name: "target", type: .double,
                classLabels: isClassifier ? labels : hasClasses ? numbers : []),
            importances: ensemble.importances(featureCount: features.count),
            provenance: Provenance(
                programVersion: "", trainRowCount: 0, importedFrom: "ONNX of \(file.producer)"))
    }

    /// The only tree ensemble of the graph.
    private static func ensemble(
        of file: ONNXFile
    ) throws(InterchangeError) -> (node: ONNXFile.Node, isClassifier: Bool) {
        let names = ["TreeEnsembleRegressor", "TreeEnsembleClassifier"]
        let found = file.nodes.filter { names.contains($0.operation) }
        guard found.count == 1 else {
            let operations = Set(file.nodes.map(\.operation)).sorted().prefix(8)
            throw InterchangeError(
                file.nodes.isEmpty ? .outOfSpec : .unsupported,
                "it has \(found.count) tree ensembles, expected one; its operators are "
                    + "\(operations.joined(separator: ", "))")
        }
        return (found[0], found[0].operation == names[1])
    }

    private static func labels(of node: ONNXFile.Node) throws(InterchangeError) -> [String] {
        let labels =
            node.texts["classlabels_strings"]
            ?? (node.integers["classlabels_int64s"] ?? []).map { "\($0)" }
        guard labels.count > 1 else {
            throw InterchangeError(
                .unsupported, "a classifier of \(labels.count) classes is not read")
        }
        return labels
    }

    /// What leads from the graph's inputs to the ensemble.
    private static func features(
        of file: ONNXFile, node: ONNXFile.Node, trees: ONNXTrees
    ) throws(InterchangeError) -> (features: [Feature], readsFloats: Bool) {
        var readsFloats = false
        var names = [node.inputs.first ?? ""]
        var inputs: [ONNXFile.Input] = []
        // Each step goes to what an earlier operator wrote, or ends at an input.
        var stepCount = 0
        while let name = names.popLast() {
            stepCount += 1
            guard stepCount <= XGBoostFile.featureCountMax else {
                throw InterchangeError(.outOfSpec, "the way to `\(name)` has no end")
            }
            if let input = file.inputs.first(where: { $0.name == name }) {
                guard
                    [.float, .double].contains(ONNXGraph.ElementType(rawValue: input.elementType))
                else {
                    throw InterchangeError(
                        .unsupported, "the input `\(name)` holds no floats or doubles")
                }
                inputs.append(input)
                readsFloats = readsFloats || input.elementType == 1
                continue
            }
            guard let source = file.nodes.first(where: { $0.outputs.contains(name) }) else {
                throw InterchangeError(.outOfSpec, "nothing in the graph is called `\(name)`")
            }
            let target = ONNXGraph.ElementType(rawValue: source.integers["to"]?.first ?? 0)
            switch source.operation {
            case "Identity": names.append(source.inputs.first ?? "")
            case "Cast" where target == .float || target == .double:
                readsFloats = readsFloats || target == .float
                names.append(source.inputs.first ?? "")
            case "Concat": names += source.inputs.reversed()
            case let operation:
                throw InterchangeError(
                    .unsupported,
                    "the operator `\(operation)` before the trees is not read; convert the trees "
                        + "alone, and prepare the columns elsewhere")
            }
        }
        return (try columns(inputs, trees: trees), readsFloats)
    }

    private static func columns(
        _ inputs: [ONNXFile.Input], trees: ONNXTrees
    ) throws(InterchangeError) -> [Feature] {
        var names: [String]
        if inputs.count == 1, inputs[0].width != 1 {
            let width = inputs[0].width ?? trees.featureCount
            guard (0...XGBoostFile.featureCountMax).contains(width) else {
                throw InterchangeError(.limitExceeded, "\(width) features are too many")
            }
            names = (0..<width).map { "f\($0)" }
        } else {
            if let wide = inputs.first(where: { $0.width != 1 }) {
                throw InterchangeError(
                    .unsupported, "the input `\(wide.name)` is one of several, and no column")
            }
            names = inputs.map(\.name)
        }
        guard trees.featureCount <= names.count else {
            throw InterchangeError(
                .outOfSpec, "the trees have \(trees.featureCount) features, of \(names.count)")
        }
        return names.map {
            Feature(name: $0, type: .double, encoding: .numeric, acceptsAnyNumber: true)
        }
    }

    /// What the ensemble, and the operators behind it, do with the scores.
    private static func transform(
        of file: ONNXFile, node: ONNXFile.Node, isClassifier: Bool
    ) throws(InterchangeError) -> ScoreTransform {
        var transform: ScoreTransform
        switch node.texts["post_transform"]?.first ?? "NONE" {
        case "NONE": transform = .identity
        case "LOGISTIC": transform = .sigmoid
        case "SOFTMAX": transform = .softmax
        case let name:
            throw InterchangeError(.unsupported, "the post_transform `\(name)` is not read")
        }
        var reached = Set(node.outputs)
        for next in file.nodes where next.inputs.contains(where: reached.contains) {
            switch next.operation {
            case "Identity", "Cast", "ZipMap": break
            case "Sigmoid" where !isClassifier && transform == .identity: transform = .sigmoid
            case "Exp" where !isClassifier && transform == .identity: transform = .exp
            case "Softmax" where !isClassifier && transform == .identity: transform = .softmax
            case let operation:
                throw InterchangeError(
                    .unsupported, "the operator `\(operation)` behind the trees is not read")
            }
            reached.formUnion(next.outputs)
        }
        return transform
    }

    private static func objective(
        _ transform: ScoreTransform, isClassifier: Bool, outputCount: Int
    ) -> String {
        if isClassifier { return outputCount == 1 ? "binary" : "multiclass" }
        return switch transform {
        case .identity, .ascending: "regression"
        case .sigmoid: outputCount == 1 ? "cross_entropy" : "multiclassova"
        case .exp: "poisson"
        case .softmax: "multiclass"
        }
    }
}
