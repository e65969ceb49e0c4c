import CKernels
package import Models

/// What prediction saw of one feature, beside what training saw of it.
package struct ObservedFeature: Hashable, Sendable {
    /// Missing and unlisted values, smallest and largest, as training counted them.
    package var profile: FeatureProfile
    /// Numbers below the smallest and above the largest one of training.
    package var belowCount: Int
    package var aboveCount: Int

    package init(profile: FeatureProfile, belowCount: Int = 0, aboveCount: Int = 0) {
        self.profile = profile
        self.belowCount = belowCount
        self.aboveCount = aboveCount
    }

    package mutating func merge(_ other: ObservedFeature) {
        profile.merge(other.profile)
        belowCount += other.belowCount
        aboveCount += other.aboveCount
    }
}

extension ObservedFeature {
    /// What is outside for values of `feature`: numbers below `low` or above `high`.
    ///
    /// The codes of categories end with those of a missing and of an unlisted value: with both
    /// limits at the former, listed ones count as below and unlisted ones as above.
    static func limits(_ feature: Feature, trained: FeatureProfile?) -> (low: Double, high: Double)
    {
        if feature.codeCount > 0 {
            return (Double(feature.codeCount - 2), Double(feature.codeCount - 2))
        }
        guard let trained else { return (-.infinity, .infinity) }
        // Where training saw no value every one is new.
        return (trained.minimum ?? .infinity, trained.maximum ?? .infinity)
    }

    init(_ tally: martlet_value_tally, of feature: Feature, rowCount: Int) {
        if feature.codeCount > 0 {
            let other = Int(tally.above_count)
            self.init(
                profile: FeatureProfile(
                    rowCount: rowCount, missingCount: rowCount - Int(tally.below_count) - other,
                    otherCount: other))
            return
        }
        let missing = Int(tally.missing_count)
        self.init(
            profile: FeatureProfile(
                rowCount: rowCount, missingCount: missing,
                minimum: missing < rowCount ? tally.minimum : nil,
                maximum: missing < rowCount ? tally.maximum : nil),
            belowCount: Int(tally.below_count), aboveCount: Int(tally.above_count))
    }
}
