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

    /// The rows of the column buffer.
    private func rows(
        of columns: UnsafeMutableRawPointer
    ) -> (right: UnsafeMutableRawPointer?, left: UnsafeMutableRawPointer?) {
        (
            rightRow.map { columns + $0 * EnsembleScorer.blockRowCount },
            leftRow.map { columns + $0 * EnsembleScorer.blockRowCount }
        )
    }

    private var byteCount: Int { isWide ? 2 : 1 }
}

// MARK: Binning

extension FeatureBins {
    /// Writes the rows of this feature.
    /// - Parameters:
    ///   - values: (count) encoded values.
    ///   - paddedCount: up to here rows get code 0, so that every code is one of the feature.
    ///   - columns: the column buffer, rows of `EnsembleScorer.blockRowCount` bytes.
    func bin(
        _ values: UnsafePointer<Double>, count: Int, paddedCount: Int,
        columns: UnsafeMutableRawPointer, level: Int
    ) {
        let (right, left) = rows(of: columns)
        bin(values, count: count, right: right, left: left, level: level)
        pad(right, from: count, to: paddedCount)
        pad(left, from: count, to: paddedCount)
    }

    /// The bins of a column's distinct values.
    func table(of values: UnsafeBufferPointer<Double>, level: Int) -> BinTable {
        let table = BinTable(
            valueCount: values.count, isWide: isWide, hasRight: rightRow != nil,
            hasLeft: leftRow != nil)
        if let start = values.baseAddress {
            bin(
                start, count: values.count, right: table.rightStart, left: table.leftStart,
                level: level)
        }
        return table
    }

    /// Writes the rows of this feature, as `bin` does of the values that `codes` stand for.
    /// - Parameter table: of those values, from these bins.
    func lookUp(
        _ codes: UnsafeBufferPointer<UInt16>, in table: BinTable, paddedCount: Int,
        columns: UnsafeMutableRawPointer, level: Int
    ) {
        let (right, left) = rows(of: columns)
        if let right, let bins = table.rightStart {
            lookUp(codes, in: bins, valueCount: table.valueCount, into: right, level: level)
        }
        if let left, let bins = table.leftStart {
            lookUp(codes, in: bins, valueCount: table.valueCount, into: left, level: level)
        }
        pad(right, from: codes.count, to: paddedCount)
        pad(left, from: codes.count, to: paddedCount)
    }

    private func bin(
        _ values: UnsafePointer<Double>, count: Int, right: UnsafeMutableRawPointer?,
        left: UnsafeMutableRawPointer?, level: Int
    ) {
        switch (isCategorical, isWide) {
        case (false, false):
            martlet_bin_narrow(
                Int32(level), values, count, thresholds.elements.baseAddress, thresholdCount,
                right?.assumingMemoryBound(to: UInt8.self),
                left?.assumingMemoryBound(to: UInt8.self))
        case (false, true):
            martlet_bin_wide(
                values, count, thresholds.elements.baseAddress, Int32(levels),
                right?.assumingMemoryBound(to: UInt16.self),
                left?.assumingMemoryBound(to: UInt16.self))
        case (true, false):
            guard let right else { return }
            for index in 0..<count {
                right.storeBytes(
                    of: UInt8(truncatingIfNeeded: Int(values[index])), toByteOffset: index,
                    as: UInt8.self)
            }
        case (true, true):
            guard let right else { return }
            for index in 0..<count {
                right.storeBytes(
                    of: UInt16(truncatingIfNeeded: Int(values[index])), toByteOffset: index * 2,
                    as: UInt16.self)
            }
        }
    }

    private func lookUp(
        _ codes: UnsafeBufferPointer<UInt16>, in bins: UnsafeMutableRawPointer, valueCount: Int,
        into row: UnsafeMutableRawPointer, level: Int
    ) {
        if isWide {
            let bins = bins.assumingMemoryBound(to: UInt16.self)
            let row = row.assumingMemoryBound(to: UInt16.self)
            for index in 0..<codes.count { row[index] = bins[Int(codes[index])] }
        } else {
            martlet_look_up_8(
                Int32(level), bins.assumingMemoryBound(to: UInt8.self), valueCount,
                codes.baseAddress, codes.count, row.assumingMemoryBound(to: UInt8.self))
        }
    }

    private func pad(_ row: UnsafeMutableRawPointer?, from count: Int, to paddedCount: Int) {
        guard let row, count < paddedCount else { return }
        (row + count * byteCount).initializeMemory(
            as: UInt8.self, repeating: 0, count: (paddedCount - count) * byteCount)
    }
}
