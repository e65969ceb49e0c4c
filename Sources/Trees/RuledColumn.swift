import Binning
import CKernels

/// One stored column of some rows, and a rule on its codes.
struct RuledColumn: @unchecked Sendable {
    // Sendable: only read.
    private let bytes: UnsafePointer<UInt8>?
    private let byteStride: Int
    private let wides: UnsafePointer<UInt16>?
    private let rule: CodeRule
    /// Keeps the codes alive.
    private let owner: AnyObject

    init(store: RowStore, layout: BinLayout, rule: CodeRule) {
        self.rule = rule
        owner = store
        let byteColumnCount = layout.byteColumns.count
        if rule.column >= byteColumnCount {
            wides =
                UnsafePointer(store.wideCodes) + (rule.column - byteColumnCount) * store.rowCount
            bytes = nil
            byteStride = 0
        } else if let byteCodes = store.byteCodes {
            bytes = UnsafePointer(byteCodes) + rule.column * store.rowCount
            byteStride = 1
            wides = nil
        } else {
            let word = rule.column / 8
            let groupWordCount = BinnedMatrix.groupWordCount
            let groupStart = word / groupWordCount * groupWordCount
            let words = store.words + groupStart * store.rowCount + (word - groupStart)
            let address = UnsafeRawPointer(words) + rule.column % 8
            bytes = address.assumingMemoryBound(to: UInt8.self)
            byteStride = min(groupWordCount, layout.wordCount - groupStart) * 8
            wides = nil
        }
    }

    init(matrix: BinnedMatrix, rule: CodeRule) {
        self.rule = rule
        owner = matrix
        let byteColumnCount = matrix.layout.byteColumns.count
        if rule.column < byteColumnCount {
            let (first, stride) = matrix.byteColumn(rule.column)
            (bytes, byteStride) = (UnsafePointer(first), stride)
            wides = nil
        } else {
            wides =
                UnsafePointer(matrix.wideCodes)
                + (rule.column - byteColumnCount) * matrix.rowCount
            (bytes, byteStride) = (nil, 0)
        }
    }

    /// Divides a set of rows; see the kernel.
    /// - Parameters:
    ///   - rows: those that the sets are about; their first bits are those of the first of these.
    ///   - within: the rows to divide; nil for all.
    ///   - left: may be `within`.
    /// - Returns: how many rows went left.
    func divide(
        _ rows: Range<Int>, within: UnsafePointer<UInt64>?, left: UnsafeMutablePointer<UInt64>,
        right: UnsafeMutablePointer<UInt64>
    ) -> Int {
        rule.goesLeft.withUnsafeBufferPointer { goesLeft in
            if let bytes {
                martlet_divide_bytes(
                    bytes + rows.lowerBound * byteStride, byteStride, within, rows.count,
                    goesLeft.baseAddress, left, right)
            } else {
                martlet_divide_wide(
                    wides.map { $0 + rows.lowerBound }, within, rows.count, goesLeft.baseAddress,
                    left, right)
            }
        }
    }
}
