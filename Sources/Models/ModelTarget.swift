package import Columns

/// The column that a model predicts.
package struct ModelTarget: Hashable, Sendable {
    package var name: String
    package var type: ColumnType
    /// The classes in the order of the model's outputs, as text; empty for a regression, of one
    /// number or of several.
    /// A binary model has two: its score is the log odds of the second.
    package var classLabels: [String]

    package init(name: String, type: ColumnType, classLabels: [String] = []) {
        self.name = name
        self.type = type
        self.classLabels = classLabels
    }
}
