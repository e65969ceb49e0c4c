/// The inputs of a model, in the order in which trees and coefficients number them.
package struct FeatureSchema: Hashable, Sendable {
    package var features: [Feature]

    package init(_ features: [Feature]) { self.features = features }

    package var names: [String] { features.map(\.name) }
}
