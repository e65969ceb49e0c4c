import Columns

/// The bins of one feature for the distinct values of a column, by code; see `FeatureBins`.
struct BinTable: Sendable {
    let valueCount: Int
    /// (valueCount) codes of 8 or 16 bits, then readable up to 256 bytes; nil where no node needs
    /// them.
    private let right: ColumnBuffer<UInt8>?
    private let left: ColumnBuffer<UInt8>?

    init(valueCount: Int, isWide: Bool, hasRight: Bool, hasLeft: Bool) {
        self.valueCount = valueCount
        let byteCount = max(256, isWide ? valueCount * 2 : valueCount)
        right = hasRight ? ColumnBuffer(repeating: 0, count: byteCount) : nil
        left = hasLeft ? ColumnBuffer(repeating: 0, count: byteCount) : nil
    }

    var rightStart: UnsafeMutableRawPointer? { Self.start(right) }
    var leftStart: UnsafeMutableRawPointer? { Self.start(left) }

    private static func start(_ buffer: ColumnBuffer<UInt8>?) -> UnsafeMutableRawPointer? {
        buffer?.mutableElements.baseAddress.map { UnsafeMutableRawPointer($0) }
    }
}
