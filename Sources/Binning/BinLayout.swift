/// Where each feature's bins are stored.
///
/// A stored column holds one code a row. Features with few bins share a byte: its code is the sum
/// of `value * multiplier` over *digits*, which is exact as long as the product of their numbers of
/// values is at most 256. A digit is a feature's bin, or tells which feature of a `FeatureBundle` is
/// off its default bin, and in which bin. Features with more bins have a wide column of 16 bits.
package struct BinLayout: Hashable, Sendable {
    /// One feature's share of a stored column's code.
    package struct Member: Hashable, Sendable {
        package let feature: Int
        package let multiplier: Int
        package let binCount: Int
        /// Values of the digit that the feature has, or shares with others.
        package let radix: Int
        /// Where it shares one: the value of its first bin but for the default one, the others
        /// following; 0 where it has a digit of its own, whose values are its bins.
        package let firstValue: Int
        /// The bin of all values of others.
        package let defaultBin: Int

        package var isBundled: Bool { firstValue > 0 }

        package func bin(code: Int) -> Int {
            let value = code / multiplier % radix
            guard isBundled else { return value }
            guard value >= firstValue, value < firstValue + binCount - 1 else { return defaultBin }
            let bin = value - firstValue
            return bin < defaultBin ? bin : bin + 1
        }

        /// What a bin adds to the code.
        package func addend(bin: Int) -> Int {
            guard isBundled else { return bin * multiplier }
            guard bin != defaultBin else { return 0 }
            return (firstValue + (bin < defaultBin ? bin : bin - 1)) * multiplier
        }
    }

    package struct Column: Hashable, Sendable {
        /// Digit by digit, by ascending multiplier.
        package fileprivate(set) var members: [Member]
        /// Codes are in `0..<codeCount`.
        package fileprivate(set) var codeCount: Int
    }

    /// Columns of at most 256 codes; eight to a word.
    package private(set) var byteColumns: [Column] = []
    /// Columns of at most 65,536 codes, one feature each.
    package private(set) var wideColumns: [Column] = []
    /// (featureCount) index into `byteColumns`, then `wideColumns`; nil where a feature has only
    /// one bin and is not stored.
    package let columnOfFeature: [Int?]

    package var columns: [Column] { byteColumns + wideColumns }

    /// Words of 64 bits that a row's byte columns take.
    package var wordCount: Int { (byteColumns.count + 7) / 8 }

    package static let byteCodeCountMax = 256

    /// - Parameter bundles: of features with several bins, no two of which share a feature.
    package init(binCounts: [Int], bundles: [FeatureBundle] = []) {
        var bytes: [Column] = []
        var wides: [Column] = []
        // The largest first, each into the fullest column that it still fits.
        let digits = Self.digits(binCounts, bundles).sorted {
            ($1.radix, $0.members[0].feature) < ($0.radix, $1.members[0].feature)
        }
        for digit in digits {
            guard digit.radix <= Self.byteCodeCountMax else {
                wides.append(
                    Column(
                        members: digit.members(multiplier: 1, binCounts), codeCount: digit.radix))
                continue
            }
            let fitting = bytes.indices.filter {
                bytes[$0].codeCount * digit.radix <= Self.byteCodeCountMax
            }
            let fullest = fitting.max { bytes[$0].codeCount < bytes[$1].codeCount }
            if let column = fullest {
                bytes[column].members += digit.members(
                    multiplier: bytes[column].codeCount, binCounts)
                bytes[column].codeCount *= digit.radix
            } else {
                bytes.append(
                    Column(
                        members: digit.members(multiplier: 1, binCounts), codeCount: digit.radix))
            }
        }
        byteColumns = bytes
        wideColumns = wides
        var columnOfFeature = [Int?](repeating: nil, count: binCounts.count)
        for (index, column) in (bytes + wides).enumerated() {
            for member in column.members { columnOfFeature[member.feature] = index }
        }
        self.columnOfFeature = columnOfFeature
    }

    /// A feature, or a bundle of several.
    private struct Digit {
        let radix: Int
        let members: [FeatureBundle.Member]

        func members(multiplier: Int, _ binCounts: [Int]) -> [Member] {
            var value = members.count > 1 ? 1 : 0
            return members.map { member in
                let binCount = binCounts[member.feature]
                defer { value += binCount - 1 }
                return Member(
                    feature: member.feature, multiplier: multiplier, binCount: binCount,
                    radix: radix, firstValue: value, defaultBin: member.defaultBin)
            }
        }
    }

    /// Of all features that have several bins, in no order.
    private static func digits(_ binCounts: [Int], _ bundles: [FeatureBundle]) -> [Digit] {
        let bundled = Set(bundles.flatMap { $0.members.map(\.feature) })
        var digits = binCounts.indices.filter { binCounts[$0] > 1 && !bundled.contains($0) }.map {
            Digit(
                radix: binCounts[$0],
                members: [FeatureBundle.Member(feature: $0, defaultBin: 0)])
        }
        for bundle in bundles {
            digits.append(
                Digit(radix: bundle.valueCount(binCounts), members: bundle.members))
        }
        return digits
    }
}
