import Columns
package import Models

/// Writes ONNX models: standard operators (version 13) and `ai.onnx.ml` (version 3).
///
/// Each feature is an input of its own, (rows × 1), named as the column: doubles for numbers (NaN
/// is missing), int64 for whole numbers that are categories (the smallest int64 is missing), and
/// strings for texts (the empty string is missing). The output is `prediction`, (rows × outputs):
/// floats for trees, as `TreeEnsembleRegressor` has it, doubles for linear models. Trees have no
/// sets of categories there, so a set becomes a column of zeros and ones, looked up by the code.
package enum ONNXExport {
    private static let output = "prediction"
    static let learning = "ai.onnx.ml"

    /// - Throws: `unsupported` for a model without features, or a feature called `prediction`.
    package static func encode(_ artifact: ModelArtifact) throws(InterchangeError) -> [UInt8] {
        guard !artifact.features.features.isEmpty else {
            throw InterchangeError(.unsupported, "The model has no features, which ONNX needs.")
        }
        guard !artifact.features.names.contains(where: { $0 == output || $0.hasPrefix(":") }) else {
            throw InterchangeError(
                .unsupported,
                "A feature is called `\(output)`, as the output is, or begins with a colon.")
        }
        var graph = ONNXGraph()
        let inputs = artifact.features.features.map { input(of: $0, in: &graph) }
        let scores: String
        let type: ONNXGraph.ElementType
        switch artifact.kind {
        case .trees:
            type = .float
            scores = trees(
                try artifact.boostedTrees(for: .onnx), features: artifact.features, inputs: inputs,
                in: &graph)
        case .linear(let model):
            type = .double
            scores = linear(model, features: artifact.features, inputs: inputs, in: &graph)
        }
        finish(artifact.transform, scores, in: &graph)
        graph.addOutput(output, type, width: artifact.outputCount)
        return graph.model(name: artifact.objective)
    }

    private static func finish(
        _ transform: ScoreTransform, _ scores: String, in graph: inout ONNXGraph
    ) {
        switch transform {
        // Quantiles that ascend are refused before (`ForeignModel.encode`).
        case .identity, .ascending: _ = graph.add("Identity", [scores], result: output)
        case .sigmoid: _ = graph.add("Sigmoid", [scores], result: output)
        case .exp: _ = graph.add("Exp", [scores], result: output)
        case .softmax:
            _ = graph.add(
                "Softmax", [scores], attributes: [("axis", .integer(1))], result: output)
        }
    }

    /// The number, or the code, of a feature: (rows × 1).
    private static func input(of feature: Feature, in graph: inout ONNXGraph) -> String {
        guard case .categorical(let categories) = feature.encoding else {
            graph.addInput(feature.name, .double)
            guard feature.zeroIsMissing else { return feature.name }
            let size = graph.add("Abs", [feature.name])
            let isZero = graph.add(
                "LessOrEqual", [size, graph.constant([Feature.zeroMax], shape: [1])])
            return graph.add(
                "Where", [isZero, graph.constant([Double.nan], shape: [1]), feature.name])
        }
        let codes = Array(categories.indices)
        var keys: (name: String, value: ONNXGraph.Attribute)
        var values = codes
        if feature.type.isNumeric {
            graph.addInput(feature.name, .int64)
            keys = ("keys_int64s", .integers(categories.map { Int($0) ?? 0 } + [Int.min]))
            values.append(codes.count)
        } else {
            graph.addInput(feature.name, .string)
            let hasEmpty = categories.contains("")
            keys = ("keys_strings", .texts(categories + (hasEmpty ? [] : [""])))
            if !hasEmpty { values.append(codes.count) }
        }
        return graph.add(
            "LabelEncoder", [feature.name], domain: learning,
            attributes: [
                keys, ("values_int64s", .integers(values)),
                ("default_int64", .integer(codes.count + 1)),
            ])
    }

    /// Rows of a table (codes × width) chosen by codes (rows × 1): (rows × width).
    static func lookUp(
        _ codes: String, table: [Double], width: Int, in graph: inout ONNXGraph
    ) -> String {
        let rows = graph.add(
            "Gather",
            [graph.constant(table, shape: [table.count / width, width]), codes],
            attributes: [("axis", .integer(0))])
        return graph.add("Squeeze", [rows, graph.constant([1], shape: [1])])
    }
}
