/// The inputs of a model, in the order in which trees and coefficients number them.
package struct FeatureSchema: Hashable, Sendable {
    package var features: [Feature]
    /// Further numbers that trees read, numbered after the features: statistics of categories.
    package var statistics: [TargetStatistic]

    package init(_ features: [Feature], statistics: [TargetStatistic] = []) {
        self.features = features
        self.statistics = statistics
    }

    package var names: [String] { features.map(\.name) }
}
