import CKernels
import Columns
import Models

/// How the values of one feature become the codes that tree programs compare: the number of the
/// model's own thresholds below a value, so that `value <= thresholds[i]` is `code <= i`.
///
/// A missing value must go right at some nodes and left at others. Nodes of the first kind read a
/// row of codes where it is the largest, nodes of the second kind one where it is 0 and all others
/// are one higher. Categories are their own codes.
struct FeatureBins: Sendable {
    /// Codes, 255 or 65535 for missing and the shift of one fit into 8 or 16 bits.
    static let narrowThresholdCountMax = 254
    static let wideThresholdCountMax = 65_534

    let feature: Int
    let isCategorical: Bool
    let isWide: Bool
    /// Ascending, then infinity up to 256 elements, or to 2^levels when wide.
    private let thresholds: ColumnBuffer<Double>
    private let thresholdCount: Int
    private let levels: Int
    /// Rows of the column buffer, or nil where no node needs them.
    let rightRow: Int?
    let leftRow: Int?

    /// - Parameters:
    ///   - sorted: distinct thresholds, ascending; at most `wideThresholdCountMax`.
    ///   - nextRow: first free row of the column buffer; moved on.
    init(
        feature: Int, sorted: [Double], needsRight: Bool, needsLeft: Bool, nextRow: inout Int
    ) {
        self.feature = feature
        isCategorical = false
        isWide = sorted.count > Self.narrowThresholdCountMax
        thresholdCount = sorted.count
        var levels = 8
        while sorted.count >= 1 << levels { levels += 1 }
        self.levels = levels
        thresholds = ColumnBuffer(repeating: .infinity, count: 1 << levels)
        _ = thresholds.mutableElements.update(fromContentsOf: sorted)
        let width = isWide ? 2 : 1
        rightRow = needsRight ? nextRow : nil
        nextRow += needsRight ? width : 0
        leftRow = needsLeft ? nextRow : nil
        nextRow += needsLeft ? width : 0
    }

    /// The codes of a categorical feature.
    init(feature: Int, codeCount: Int, nextRow: inout Int) {
        self.feature = feature
        isCategorical = true
        isWide = codeCount > 256
        thresholds = ColumnBuffer([])
        thresholdCount = 0
        levels = 0
        rightRow = nextRow
        leftRow = nil
        nextRow += isWide ? 2 : 1
    }

    /// The index of a threshold of this feature.
    func index(of threshold: Double) -> Int {
        var low = 0
        var high = thresholdCount
        while low < high {
            let middle = (low + high) / 2
            if thresholds.elements[middle] < threshold { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Writes the rows of this feature.
    /// - Parameters:
    ///   - values: (at least `paddedCount`) encoded values, of which `count` are meaningful. Behind
    ///     them categories become code 0, so that every code of a row is one of the feature.
    ///   - columns: the column buffer, rows of `EnsembleScorer.blockRowCount` bytes.
    func bin(
        _ values: UnsafePointer<Double>, count: Int, paddedCount: Int,
        columns: UnsafeMutableRawPointer, level: Int
    ) {
        let right = rightRow.map { columns + $0 * EnsembleScorer.blockRowCount }
        let left = leftRow.map { columns + $0 * EnsembleScorer.blockRowCount }
        switch (isCategorical, isWide) {
        case (false, false):
            martlet_bin_narrow(
                Int32(level), values, paddedCount, thresholds.elements.baseAddress, thresholdCount,
                right?.assumingMemoryBound(to: UInt8.self),
                left?.assumingMemoryBound(to: UInt8.self))
        case (false, true):
            martlet_bin_wide(
                values, paddedCount, thresholds.elements.baseAddress, Int32(levels),
                right?.assumingMemoryBound(to: UInt16.self),
                left?.assumingMemoryBound(to: UInt16.self))
        case (true, false):
            guard let right else { return }
            for index in 0..<count {
                right.storeBytes(
                    of: UInt8(truncatingIfNeeded: Int(values[index])), toByteOffset: index,
                    as: UInt8.self)
            }
            for index in count..<paddedCount {
                right.storeBytes(of: 0, toByteOffset: index, as: UInt8.self)
            }
        case (true, true):
            guard let right else { return }
            for index in 0..<count {
                right.storeBytes(
                    of: UInt16(truncatingIfNeeded: Int(values[index])), toByteOffset: index * 2,
                    as: UInt16.self)
            }
            for index in count..<paddedCount {
                right.storeBytes(of: 0, toByteOffset: index * 2, as: UInt16.self)
            }
        }
    }
}
