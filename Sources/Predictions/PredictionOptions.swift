/// What a prediction writes besides the scores.
package struct PredictionOptions: Hashable, Sendable {
    /// Columns handed through as they came, in this order (`--id`, then `--keep`).
    package var keptColumns: [String]
    /// `probability_<class>` for each class of a classification.
    package var writesProbabilities: Bool
    /// `predicted_class`, the most likely class as text. A model of several classes always
    /// writes it.
    package var writesPredictedClass: Bool
    /// `prediction` is the raw score, before the transform (log odds for `binary`).
    package var writesRawScore: Bool

    package init(
        keptColumns: [String] = [], writesProbabilities: Bool = false,
        writesPredictedClass: Bool = false, writesRawScore: Bool = false
    ) {
        self.keptColumns = keptColumns
        self.writesProbabilities = writesProbabilities
        self.writesPredictedClass = writesPredictedClass
        self.writesRawScore = writesRawScore
    }
}
