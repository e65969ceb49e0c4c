package import Models

/// A linear model, compiled to one contribution a feature.
package struct LinearScorer: Sendable {
    private enum Contribution: Sendable {
        /// `coefficient * (value - mean)`, and `ifMissing` for a missing value; `present` is what
        /// the indicator adds where the value is there.
        case number(coefficient: Double, mean: Double, present: Double, ifMissing: Double)
        /// (codeCount)
        case categories([Double])
    }

    package let outputCount: Int
    private let featureCount: Int
    private let intercepts: [Double]
    /// (outputCount × featureCount); nil for features without terms.
    private let contributions: [Contribution?]

    package init(_ model: LinearModel, features: FeatureSchema) {
        outputCount = model.outputCount
        featureCount = features.features.count
        intercepts = model.intercepts
        var contributions: [Contribution?] = []
        var own = [[Int]](repeating: [], count: featureCount)
        for (j, term) in model.terms.enumerated() { own[Int(term.feature)].append(j) }
        for output in 0..<model.outputCount {
            for (index, feature) in features.features.enumerated() {
                contributions.append(
                    Self.contribution(of: feature, own[index], model, output: output))
            }
        }
        self.contributions = contributions
    }

    /// Raw scores of a block, features added in order.
    /// - Parameters:
    ///   - values: (featureCount × `EnsembleScorer.blockRowCount`), feature by feature.
    ///   - output: (rowCount × outputCount), row-major, written.
    package func score(
        values: UnsafeBufferPointer<Double>, rowCount: Int,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        let stride = EnsembleScorer.blockRowCount
        precondition(values.count >= featureCount * stride && rowCount <= stride)
        precondition(output.count == rowCount * outputCount)
        for k in 0..<outputCount {
            for row in 0..<rowCount { output[row * outputCount + k] = intercepts[k] }
            for feature in 0..<featureCount {
                let column = UnsafeBufferPointer(
                    rebasing: values[feature * stride..<feature * stride + rowCount])
                switch contributions[k * featureCount + feature] {
                case .number(let coefficient, let mean, let present, let ifMissing):
                    for row in 0..<rowCount {
                        let x = column[row]
                        output[row * outputCount + k] +=
                            x.isNaN ? ifMissing : coefficient * (x - mean) + present
                    }
                case .categories(let table):
                    table.withUnsafeBufferPointer { table in
                        for row in 0..<rowCount {
                            output[row * outputCount + k] += table[Int(column[row])]
                        }
                    }
                case nil: break
                }
            }
        }
    }

    /// (outputCount) the score of the average training row; what a feature adds to it is what its
    /// terms add, as every term is centred.
    var expectedValues: [Double] { intercepts }

    /// Adds the contributions of a block of rows to one output's raw score.
    /// - Parameters:
    ///   - values: as for `score`.
    ///   - sums: (featureCount × `EnsembleScorer.blockRowCount`), added to.
    package func addContributions(
        output k: Int, values: UnsafeBufferPointer<Double>, rowCount: Int,
        to sums: UnsafeMutableBufferPointer<Double>
    ) {
        let stride = EnsembleScorer.blockRowCount
        precondition(values.count >= featureCount * stride && rowCount <= stride)
        precondition(sums.count >= featureCount * stride)
        for feature in 0..<featureCount {
            let start = feature * stride
            switch contributions[k * featureCount + feature] {
            case .number(let coefficient, let mean, let present, let ifMissing):
                for index in start..<start + rowCount {
                    let x = values[index]
                    sums[index] += x.isNaN ? ifMissing : coefficient * (x - mean) + present
                }
            case .categories(let table):
                for index in start..<start + rowCount { sums[index] += table[Int(values[index])] }
            case nil: break
            }
        }
    }

    /// - Parameter own: the terms of the feature.
    private static func contribution(
        of feature: Feature, _ own: [Int], _ model: LinearModel, output: Int
    ) -> Contribution? {
        if own.isEmpty { return nil }
        var coefficient = 0.0
        var mean = 0.0
        var present = 0.0
        var ifMissing = 0.0
        var table = [Double](repeating: 0, count: feature.codeCount)
        // What all terms add where their indicator is 0.
        var base = 0.0
        for j in own {
            let term = model.terms[j]
            let weight = model.coefficients[output * model.terms.count + j]
            switch term.kind {
            case .value:
                coefficient = weight
                mean = term.mean
            case .missing:
                present = weight * (0 - term.mean)
                ifMissing = weight * (1 - term.mean)
            case .category(let code):
                table[Int(code)] += weight
                base -= weight * term.mean
            }
        }
        if case .categorical = feature.encoding { return .categories(table.map { $0 + base }) }
        return .number(
            coefficient: coefficient, mean: mean, present: present, ifMissing: ifMissing)
    }
}
