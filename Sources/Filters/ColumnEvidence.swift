/// What is known of some rows' values of one column without reading them.
package struct ColumnEvidence: Sendable {
    /// Bounds of the values that are neither null nor NaN, or nil.
    package var bounds: ValueBounds?
    package var mayBeNull = true
    /// Whether a value that is neither null nor NaN is possible.
    package var mayBeValue = true
    package var mayBeNaN = true
    /// Whether one of these values can be there, as a bloom filter says; nil where there is none.
    package var mayContain: (@Sendable ([FilterPoint]) -> Bool)?

    package init() {}

    /// Rows that all hold this value.
    package static func constant(_ bounds: ValueBounds?) -> ColumnEvidence {
        var evidence = ColumnEvidence()
        evidence.bounds = bounds
        evidence.mayBeNull = bounds == nil
        evidence.mayBeValue = bounds != nil
        evidence.mayBeNaN = false
        return evidence
    }
}

/// Bounds that all values of a chunk, a page or a shard keep to, both ends included. They need not
/// be values themselves.
package enum ValueBounds: Hashable, Sendable {
    /// In units of the column: unscaled decimals, days, ticks; booleans are 0 and 1.
    case integers(ClosedRange<Int128>)
    case numbers(ClosedRange<Double>)
    case texts(first: [UInt8], last: [UInt8])
}
