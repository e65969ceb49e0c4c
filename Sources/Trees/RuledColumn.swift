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
        self.init(
            words: store.words, wideCodes: store.wideCodes, rowCount: store.rowCount,
            layout: layout, rule: rule, owner: store)
    }

    init(matrix: BinnedMatrix, rule: CodeRule) {
        self.init(
            words: matrix.words, wideCodes: matrix.wideCodes, rowCount: matrix.rowCount,
            layout: matrix.layout, rule: rule, owner: matrix)
    }

    private init(
        words: UnsafePointer<UInt64>, wideCodes: UnsafePointer<UInt16>, rowCount: Int,
        layout: BinLayout, rule: CodeRule, owner: AnyObject
    ) {
        self.rule = rule
        self.owner = owner
        let byteColumnCount = layout.byteColumns.count
        if rule.column < byteColumnCount {
            let word = rule.column / 8
            let groupWordCount = BinnedMatrix.groupWordCount
            let groupStart = word / groupWordCount * groupWordCount
            let stride = min(groupWordCount, layout.wordCount - groupStart)
            let address = UnsafeRawPointer(words + groupStart * rowCount + (word - groupStart))
            bytes = (address + rule.column % 8).assumingMemoryBound(to: UInt8.self)
            byteStride = stride * 8
            wides = nil
        } else {
            wides = wideCodes + (rule.column - byteColumnCount) * rowCount
            bytes = nil
            byteStride = 0
        }
    }

    /// Divides rows; see the kernel.
    /// - Parameters:
    ///   - indices: (count) rows, or nil for `first..<first + count`.
    ///   - left, right: (count + 16) each.
    func partition(
        _ indices: UnsafePointer<UInt32>?, first: Int, count: Int,
        left: UnsafeMutablePointer<UInt32>, right: UnsafeMutablePointer<UInt32>
    ) -> Int {
        rule.goesLeft.withUnsafeBufferPointer { goesLeft in
            if let bytes {
                martlet_partition_bytes(
                    bytes, byteStride, indices, UInt32(first), count, goesLeft.baseAddress, left,
                    right)
            } else {
                martlet_partition_wide(
                    wides, indices, UInt32(first), count, goesLeft.baseAddress, left, right)
            }
        }
    }
}
