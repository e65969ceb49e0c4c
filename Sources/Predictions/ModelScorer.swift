package import Models

/// A model of either kind, compiled for scoring.
package enum ModelScorer: Sendable {
    case trees(EnsembleScorer)
    case linear(LinearScorer)

    package init(_ artifact: ModelArtifact) {
        switch artifact.kind {
        case .trees(let ensemble):
            self = .trees(EnsembleScorer(ensemble, features: artifact.features))
        case .linear(let model):
            self = .linear(LinearScorer(model, features: artifact.features))
        }
    }

    package var outputCount: Int {
        switch self {
        case .trees(let scorer): scorer.outputCount
        case .linear(let scorer): scorer.outputCount
        }
    }

    package func makeScratch() -> ScoringScratch? {
        switch self {
        case .trees(let scorer): scorer.makeScratch()
        case .linear: nil
        }
    }

    /// Raw scores of a block; see `EnsembleScorer.score`.
    package func score(
        values: UnsafeBufferPointer<Double>, rowCount: Int, scratch: ScoringScratch?,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        switch self {
        case .trees(let scorer):
            guard let scratch else { preconditionFailure("trees are scored with a scratch") }
            scorer.score(values: values, rowCount: rowCount, scratch: scratch, into: output)
        case .linear(let scorer):
            scorer.score(values: values, rowCount: rowCount, into: output)
        }
    }
}
