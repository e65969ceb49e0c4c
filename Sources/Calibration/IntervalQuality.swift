/// How often intervals hold the truth, and how wide they are.
package struct IntervalQuality: Hashable, Sendable {
    package private(set) var rowCount = 0
    private var weight = 0.0
    private var held = 0.0
    private var width = 0.0

    package init() {}

    /// Bounds are part of the interval.
    package mutating func add(
        lower: Double, upper: Double, truth: Double, weight: Double = 1
    ) {
        rowCount += 1
        self.weight += weight
        held += lower <= truth && truth <= upper ? weight : 0
        width += weight * (upper - lower)
    }

    /// Share of the weight that lies inside; NaN without any.
    package var coverage: Double { held / weight }
    package var meanWidth: Double { width / weight }
}
