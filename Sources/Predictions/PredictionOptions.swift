/// What a prediction writes besides the scores.
package struct PredictionOptions: Hashable, Sendable {
    /// Columns handed through as they came, in this order (`--id`, then `--keep`).
    package var keptColumns: [String]
    /// `probability_<class>` for each class of a classification.
    package var writesProbabilities: Bool
    /// `predicted_class`, the most likely class as text. A model of several classes always
    /// writes it.
    package var writesPredictedClass: Bool
    /// `prediction` is the raw score, before the transform (log odds for `binary`). A model of
    /// several classes also writes `raw_score_<class>`.
    package var writesRawScore: Bool
    /// `leaf_<tree>` for each tree: the number of the leaf that the row falls into.
    package var writesLeafIndices: Bool
    /// `contribution_<feature>` for each feature, then `expected_value`: together the raw score. Of
    /// a model of several classes `contribution_<class>_<feature>` and `expected_value_<class>`.
    package var writesContributions: Bool
    /// `interaction_<feature>_<feature>` for each feature with itself and with each later one; with
    /// the expected value they add up to the raw score.
    package var writesInteractions: Bool

    package init(
        keptColumns: [String] = [], writesProbabilities: Bool = false,
        writesPredictedClass: Bool = false, writesRawScore: Bool = false,
        writesLeafIndices: Bool = false, writesContributions: Bool = false,
        writesInteractions: Bool = false
    ) {
        self.keptColumns = keptColumns
        self.writesProbabilities = writesProbabilities
        self.writesPredictedClass = writesPredictedClass
        self.writesRawScore = writesRawScore
        self.writesLeafIndices = writesLeafIndices
        self.writesContributions = writesContributions
        self.writesInteractions = writesInteractions
    }
}
