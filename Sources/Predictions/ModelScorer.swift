package import Models

/// Models of one kind, compiled for scoring: a linear one, or trees that share the bins of a block.
package enum ModelScorer: Sendable {
    case trees(EnsembleScorer)
    case linear(LinearScorer)

    package init(_ artifact: ModelArtifact) {
        switch artifact.kind {
        case .trees(let ensemble):
            self = .trees(EnsembleScorer([ensemble], features: artifact.features))
        case .linear(let model):
            self = .linear(LinearScorer(model, features: artifact.features))
        }
    }

    /// Compiles models of equal features.
    /// - Returns: each scorer with the positions of its models, whose outputs are in that order.
    static func scorers(of models: [ModelArtifact]) -> [(scorer: ModelScorer, indices: [Int])] {
        guard let features = models.first?.features else { return [] }
        var result: [(scorer: ModelScorer, indices: [Int])] = []
        var ensembles: [TreeEnsemble] = []
        var indices: [Int] = []
        for (index, model) in models.enumerated() {
            switch model.kind {
            case .linear: result.append((ModelScorer(model), [index]))
            case .trees(let ensemble):
                ensembles.append(ensemble)
                indices.append(index)
            }
        }
        if !ensembles.isEmpty {
            let scorer = EnsembleScorer(ensembles, features: features)
            result.append((.trees(scorer), indices))
        }
        return result
    }

    package func makeScratch() -> ScoringScratch? {
        switch self {
        case .trees(let scorer): scorer.makeScratch()
        case .linear: nil
        }
    }

    /// Whether `score` reads more of a feature than its bins.
    var readsValues: Bool {
        switch self {
        case .trees(let scorer): scorer.readsValues
        case .linear: true
        }
    }

    /// See `EnsembleScorer.tables`; empty for a linear model.
    func tables(of values: UnsafeBufferPointer<Double>, feature: Int) -> [BinTable?] {
        switch self {
        case .trees(let scorer): scorer.tables(of: values, feature: feature)
        case .linear: []
        }
    }

    /// Raw scores of a block; see `EnsembleScorer.score`.
    package func score(
        values: UnsafeBufferPointer<Double>, coded: CodedBlock? = nil, rowCount: Int,
        scratch: ScoringScratch?, into outputs: [UnsafeMutableBufferPointer<Double>]
    ) {
        switch self {
        case .trees(let scorer):
            guard let scratch else { preconditionFailure("trees are scored with a scratch") }
            scorer.score(
                values: values, coded: coded, rowCount: rowCount, scratch: scratch, into: outputs)
        case .linear(let scorer):
            scorer.score(values: values, rowCount: rowCount, into: outputs[0])
        }
    }
}
