/// The values of a column for which a predicate holds: ranges, ascending and apart.
///
/// | set | types |
/// |---|---|
/// | `integers` | integers, booleans (0, 1), decimals (unscaled), dates, times, timestamps |
/// | `numbers` | float16, float, double; NaN is in no set |
/// | `texts` | string, binary, fixed-length, UUID: in the order of their bytes |
enum ValueSet: Hashable, Sendable {
    case integers([ClosedRange<Int128>])
    case numbers([ClosedRange<Double>])
    case texts([TextRange])
}

extension ValueSet {
    /// Whether a value within `bounds` can be in the set, and whether one can be outside.
    /// Both, where the bounds are of another kind.
    func holds(within bounds: ValueBounds) -> (possibly: Bool, possiblyNot: Bool) {
        switch (self, bounds) {
        case (.integers(let ranges), .integers(let bounds)):
            Self.holds(ranges, within: bounds)
        case (.numbers(let ranges), .numbers(let bounds)):
            Self.holds(ranges, within: bounds)
        case (.texts(let ranges), .texts(let first, let last)):
            (
                ranges.contains { $0.overlaps(first, last) },
                !ranges.contains { $0.contains(first) && $0.contains(last) }
            )
        default: (true, true)
        }
    }

    private static func holds<Value: Comparable>(
        _ ranges: [ClosedRange<Value>], within bounds: ClosedRange<Value>
    ) -> (possibly: Bool, possiblyNot: Bool) {
        (
            ranges.contains { $0.overlaps(bounds) },
            !ranges.contains {
                $0.lowerBound <= bounds.lowerBound && bounds.upperBound <= $0.upperBound
            }
        )
    }

    /// The single values that the set consists of, or nil if it has a range of more than one.
    var points: [FilterPoint]? {
        var points: [FilterPoint] = []
        switch self {
        case .integers(let ranges):
            for range in ranges {
                guard range.lowerBound == range.upperBound else { return nil }
                points.append(.integer(range.lowerBound))
            }
        case .numbers(let ranges):
            for range in ranges {
                guard range.lowerBound == range.upperBound else { return nil }
                points.append(.number(range.lowerBound))
            }
        case .texts(let ranges):
            for range in ranges {
                guard range.end == TextRange.successor(range.lower) else { return nil }
                points.append(.text(range.lower))
            }
        }
        return points
    }

    /// All sets in one, sorted, for IN.
    static func union(_ sets: [ValueSet], like first: ValueSet) -> ValueSet {
        switch first {
        case .integers: .integers(merged(sets.flatMap(\.integerRanges)))
        case .numbers: .numbers(merged(sets.flatMap(\.numberRanges)))
        case .texts:
            // Lists hold single strings: none lies within another.
            .texts(
                Set(sets.flatMap(\.textRanges))
                    .sorted { $0.lower.lexicographicallyPrecedes($1.lower) })
        }
    }

    private var integerRanges: [ClosedRange<Int128>] {
        if case .integers(let ranges) = self { ranges } else { [] }
    }

    private var numberRanges: [ClosedRange<Double>] {
        if case .numbers(let ranges) = self { ranges } else { [] }
    }

    private var textRanges: [TextRange] {
        if case .texts(let ranges) = self { ranges } else { [] }
    }

    private static func merged<Value: Comparable>(
        _ ranges: [ClosedRange<Value>]
    ) -> [ClosedRange<Value>] {
        var merged: [ClosedRange<Value>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}

/// One value that a filter asks for by name, as bloom filters are asked for it.
package enum FilterPoint: Hashable, Sendable {
    /// In units of the column: unscaled decimals, days, ticks.
    case integer(Int128)
    case number(Double)
    case text([UInt8])
}
