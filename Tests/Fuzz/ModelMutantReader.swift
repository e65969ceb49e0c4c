import Columns
import Interchange
import Models
import Predictions

/// Reads a damaged model as jobs do; one that is accepted must survive its own file, and score.
enum ModelMutantReader {
    /// Models of more features are not scored: their blocks of values take long to fill.
    private static let featureCountMax = 4_096

    static func read(_ bytes: [UInt8], isOwn: Bool) {
        let model = isOwn ? try? ModelFormat.decode(bytes) : try? ForeignModel.decode(bytes)
        guard let model else { return }
        guard let again = try? ModelFormat.decode(ModelFormat.encode(model)), again == model else {
            fatalError("a model that was read is another one behind its own file")
        }
        for format in ForeignFormat.allCases { _ = try? ForeignModel.encode(model, for: format) }
        if case .trees(let ensemble) = model.kind { score(ensemble, features: model.features) }
    }

    /// Scores rows that reach far to both sides, missing values, and every code there is.
    private static func score(_ ensemble: TreeEnsemble, features: FeatureSchema) {
        let rowCount = EnsembleScorer.blockRowCount
        guard features.columnCount <= featureCountMax else { return }
        let numbers = [0, 1, -1, .nan, 1e300, -1e300, 1e-40, .infinity, -.infinity, 0.5, 17]
        let values = ColumnBuffer<Double>(
            repeating: 0, count: max(features.columnCount, 1) * rowCount)
        for (index, feature) in features.features.enumerated() {
            for row in 0..<rowCount {
                values.mutableElements[index * rowCount + row] =
                    feature.codeCount > 0
                    ? Double((row + index) % feature.codeCount)
                    : numbers[(row * 7 + index * 3) % numbers.count] * Double(row % 5 + 1)
            }
        }
        StatisticEncoder(features).encode(
            values.mutableElements, rowCount: rowCount, stride: rowCount)
        let scores = ColumnBuffer<Double>(repeating: 0, count: rowCount * ensemble.outputCount)
        for level in 0...3 {
            let scorer = EnsembleScorer([ensemble], features: features, level: level)
            scorer.score(
                values: values.elements, rowCount: rowCount, scratch: scorer.makeScratch(),
                into: [scores.mutableElements])
        }
    }
}
