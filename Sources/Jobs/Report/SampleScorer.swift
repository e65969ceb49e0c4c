import Columns
import Models
import Predictions

/// Scores the rows of a sample, which are encoded already.
struct SampleScorer: Sendable {
    private let scorer: ModelScorer
    let outputCount: Int

    init(_ artifact: ModelArtifact) {
        scorer = ModelScorer(artifact)
        outputCount = artifact.outputCount
    }

    /// - Parameter replacements: of some columns, the values that take the place of their own.
    /// - Returns: (rowCount × outputCount) raw scores, row-major.
    func rawScores(
        of sample: ReportSample, replacing replacements: [Int: [Double]] = [:]
    ) -> [Double] {
        let blockRowCount = EnsembleScorer.blockRowCount
        let block = ColumnBuffer<Double>(
            repeating: 0, count: max(sample.featureCount, 1) * blockRowCount)
        let output = ColumnBuffer<Double>(repeating: 0, count: blockRowCount * outputCount)
        let scratch = scorer.makeScratch()
        var scores: [Double] = []
        scores.reserveCapacity(sample.rowCount * outputCount)
        for start in stride(from: 0, to: sample.rowCount, by: blockRowCount) {
            let count = min(blockRowCount, sample.rowCount - start)
            sample.copy(count: count, to: block) { start + $0 }
            for (column, values) in replacements {
                for row in 0..<count {
                    block.mutableElements[column * blockRowCount + row] = values[start + row]
                }
            }
            let target = UnsafeMutableBufferPointer(
                rebasing: output.mutableElements[..<(count * outputCount)])
            scorer.score(
                values: block.elements, rowCount: count, scratch: scratch, into: [target])
            scores += target
        }
        return scores
    }
}
