import Columns
import Models
import Predictions

/// Scores the rows of a sample, which are encoded already.
struct SampleScorer: Sendable {
    private enum Kind: Sendable {
        case trees(EnsembleScorer)
        case linear(LinearScorer)
    }

    let outputCount: Int
    private let kind: Kind

    init(_ artifact: ModelArtifact) {
        outputCount = artifact.outputCount
        switch artifact.kind {
        case .trees(let ensemble):
            kind = .trees(EnsembleScorer(ensemble, features: artifact.features))
        case .linear(let model): kind = .linear(LinearScorer(model, features: artifact.features))
        }
    }

    /// - Parameter replacement: a feature, and the values that take the place of its own.
    /// - Returns: (rowCount × outputCount) raw scores, row-major.
    func rawScores(
        of sample: ReportSample, replacing replacement: (feature: Int, values: [Double])? = nil
    ) -> [Double] {
        let blockRowCount = EnsembleScorer.blockRowCount
        let block = ColumnBuffer<Double>(
            repeating: 0, count: max(sample.featureCount, 1) * blockRowCount)
        let output = ColumnBuffer<Double>(repeating: 0, count: blockRowCount * outputCount)
        var scores: [Double] = []
        scores.reserveCapacity(sample.rowCount * outputCount)
        for start in stride(from: 0, to: sample.rowCount, by: blockRowCount) {
            let count = min(blockRowCount, sample.rowCount - start)
            for feature in 0..<sample.featureCount {
                let column = sample.column(feature)
                for row in 0..<count {
                    block.mutableElements[feature * blockRowCount + row] = column[start + row]
                }
            }
            if let replacement {
                for row in 0..<count {
                    block.mutableElements[replacement.feature * blockRowCount + row] =
                        replacement.values[start + row]
                }
            }
            let target = UnsafeMutableBufferPointer(
                rebasing: output.mutableElements[..<(count * outputCount)])
            switch kind {
            case .trees(let scorer):
                scorer.score(
                    values: block.elements, rowCount: count, scratch: scorer.makeScratch(),
                    into: target)
            case .linear(let scorer):
                scorer.score(values: block.elements, rowCount: count, into: target)
            }
            scores += target
        }
        return scores
    }
}
