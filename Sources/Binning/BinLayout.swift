/// Where each feature's bins are stored.
///
/// A stored column holds one code a row. Features with few bins share a byte: its code is the sum
/// of `bin * multiplier` over the members, which is exact as long as the product of their bin
/// counts is at most 256. Features with more bins have a wide column of 16 bits.
package struct BinLayout: Hashable, Sendable {
    /// One feature's share of a stored column's code: `code / multiplier % binCount`.
    package struct Member: Hashable, Sendable {
        package let feature: Int
        package let multiplier: Int
        package let binCount: Int
    }

    package struct Column: Hashable, Sendable {
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

    package init(binCounts: [Int]) {
        var bytes: [Column] = []
        var wides: [Column] = []
        // The largest first, each into the fullest column that it still fits.
        let order = binCounts.indices.sorted { (binCounts[$1], $0) < (binCounts[$0], $1) }
        for feature in order where binCounts[feature] > 1 {
            let binCount = binCounts[feature]
            guard binCount <= Self.byteCodeCountMax else {
                let member = Member(feature: feature, multiplier: 1, binCount: binCount)
                wides.append(Column(members: [member], codeCount: binCount))
                continue
            }
            let fitting = bytes.indices.filter {
                bytes[$0].codeCount * binCount <= Self.byteCodeCountMax
            }
            let fullest = fitting.max { bytes[$0].codeCount < bytes[$1].codeCount }
            if let column = fullest {
                let multiplier = bytes[column].codeCount
                bytes[column].members.append(
                    Member(feature: feature, multiplier: multiplier, binCount: binCount))
                bytes[column].codeCount *= binCount
            } else {
                let member = Member(feature: feature, multiplier: 1, binCount: binCount)
                bytes.append(Column(members: [member], codeCount: binCount))
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
}
