/// What training saw of one feature, to be compared with what prediction sees.
package struct FeatureProfile: Codable, Hashable, Sendable {
    package var rowCount: Int
    /// Rows without a value (null or NaN).
    package var missingCount: Int
    /// Rows of a categorical feature whose value is not in the list.
    package var otherCount: Int
    /// Smallest and largest value; nil for a categorical feature, or when every row was missing.
    package var minimum: Double?
    package var maximum: Double?

    package init(
        rowCount: Int = 0, missingCount: Int = 0, otherCount: Int = 0, minimum: Double? = nil,
        maximum: Double? = nil
    ) {
        self.rowCount = rowCount
        self.missingCount = missingCount
        self.otherCount = otherCount
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Adds the rows of another part of the data; the order of parts does not matter.
    package mutating func merge(_ other: FeatureProfile) {
        rowCount += other.rowCount
        missingCount += other.missingCount
        otherCount += other.otherCount
        if let value = other.minimum { minimum = min(minimum ?? value, value) }
        if let value = other.maximum { maximum = max(maximum ?? value, value) }
    }

    /// Adds a block of encoded values of `feature` (see `FeatureEncoder`).
    /// - Complexity: O(`values.count`).
    package mutating func add(_ values: UnsafeBufferPointer<Double>, of feature: Feature) {
        rowCount += values.count
        if case .categorical(let categories) = feature.encoding {
            let missing = Double(categories.count)
            for value in values {
                missingCount += value == missing ? 1 : 0
                otherCount += value > missing ? 1 : 0
            }
            return
        }
        var low = Double.infinity
        var high = -Double.infinity
        var present = 0
        for value in values where !value.isNaN {
            present += 1
            low = value < low ? value : low
            high = value > high ? value : high
        }
        missingCount += values.count - present
        guard present > 0 else { return }
        minimum = min(minimum ?? low, low)
        maximum = max(maximum ?? high, high)
    }
}
