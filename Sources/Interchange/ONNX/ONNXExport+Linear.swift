import Models

extension ONNXExport {
    /// The raw scores of a linear model: (rows × outputs), in doubles.
    static func linear(
        _ model: LinearModel, features: FeatureSchema, inputs: [String], in graph: inout ONNXGraph
    ) -> String {
        let outputCount = model.outputCount
        var sum = graph.constant(model.intercepts, shape: [1, outputCount])
        for (feature, name) in inputs.enumerated() {
            let codeCount = features.features[feature].codeCount
            let terms = model.terms.indices.filter { Int(model.terms[$0].feature) == feature }
            var parts: [String] = []
            if codeCount > 0 {
                let table = table(model, terms: terms, codeCount: codeCount)
                parts.append(lookUp(name, table: table, width: outputCount, in: &graph))
            }
            for term in terms where codeCount == 0 {
                parts.append(number(model, term: term, input: name, in: &graph))
            }
            if codeCount == 0, terms.isEmpty { continue }
            for part in parts { sum = graph.add("Add", [sum, part]) }
        }
        return sum
    }

    private static func coefficients(_ model: LinearModel, term: Int) -> [Double] {
        (0..<model.outputCount).map { model.coefficients[$0 * model.terms.count + term] }
    }

    /// (codeCount × outputs) what a feature's terms add for each code.
    private static func table(
        _ model: LinearModel, terms: [Int], codeCount: Int
    ) -> [Double] {
        var table = [Double](repeating: 0, count: codeCount * model.outputCount)
        for term in terms {
            guard case .category(let code) = model.terms[term].kind else { continue }
            for (output, coefficient) in coefficients(model, term: term).enumerated() {
                for row in 0..<codeCount {
                    let indicator = row == Int(code) ? 1.0 : 0
                    table[row * model.outputCount + output] +=
                        coefficient * (indicator - model.terms[term].mean)
                }
            }
        }
        return table
    }

    /// What a number, or whether it is missing, adds: (rows × outputs).
    private static func number(
        _ model: LinearModel, term: Int, input: String, in graph: inout ONNXGraph
    ) -> String {
        let isMissing = graph.add("IsNaN", [input])
        let mean = model.terms[term].mean
        let value: String
        if case .missing = model.terms[term].kind {
            value = graph.add(
                "Where",
                [
                    isMissing, graph.constant([1 - mean], shape: [1]),
                    graph.constant([-mean], shape: [1]),
                ])
        } else {
            let centred = graph.add("Sub", [input, graph.constant([mean], shape: [1])])
            value = graph.add(
                "Where", [isMissing, graph.constant([0.0], shape: [1]), centred])
        }
        let row = graph.constant(
            coefficients(model, term: term), shape: [1, model.outputCount])
        return graph.add("Mul", [value, row])
    }
}
