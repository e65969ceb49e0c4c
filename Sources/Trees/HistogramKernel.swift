import CKernels

/// Sums packed gradients by code. The innermost loops of training.
enum HistogramKernel {
    /// Adds each row's gradient to the sums of the codes of one word.
    /// - Parameters:
    ///   - words: (count) words, `stride` apart.
    ///   - gradients: (count)
    ///   - columnCount: 2, 4, 6 or 8 columns of the word, from the lowest byte.
    ///   - sums: (columnCount × 256), added to.
    /// - Complexity: O(count × columnCount). Twin: `accumulateNaive` of the tests.
    static func accumulate(
        words: UnsafePointer<UInt64>, stride: Int, gradients: UnsafePointer<Int64>, count: Int,
        columnCount: Int, into sums: UnsafeMutablePointer<Int64>
    ) {
        switch columnCount {
        case 8:
            for row in 0..<count { add8(words[row &* stride], gradients[row], sums) }
        case 6:
            for row in 0..<count { add6(words[row &* stride], gradients[row], sums) }
        case 4:
            for row in 0..<count { add4(words[row &* stride], gradients[row], sums) }
        default:
            precondition(columnCount == 2)
            for row in 0..<count { add2(words[row &* stride], gradients[row], sums) }
        }
    }

    /// The same, while rows are fetched that come later.
    static func accumulate(
        words: UnsafePointer<UInt64>, stride: Int, gradients: UnsafePointer<Int64>, count: Int,
        columnCount: Int, into sums: UnsafeMutablePointer<Int64>, fetching ahead: RowsAhead
    ) {
        var start = 0
        while start < max(count, ahead.count) {
            ahead.fetch(fetchCount, from: start)
            if start < count {
                accumulate(
                    words: words + start &* stride, stride: stride, gradients: gradients + start,
                    count: min(fetchCount, count - start), columnCount: columnCount, into: sums)
            }
            start += fetchCount
        }
    }

    /// Rows that are fetched in one go: fewer lines than the processor can wait for at once.
    private static let fetchCount = 16

    /// Adds each row's gradient to the sum of its code in a wide column.
    /// - Parameter sums: (codes), added to.
    static func accumulate(
        codes: UnsafePointer<UInt16>, gradients: UnsafePointer<Int64>, count: Int,
        into sums: UnsafeMutablePointer<Int64>
    ) {
        for row in 0..<count { sums[Int(codes[row])] &+= gradients[row] }
    }

    /// The same for listed rows.
    static func accumulate(
        codes: UnsafePointer<UInt16>, indices: UnsafePointer<UInt32>,
        gradients: UnsafePointer<Int64>, count: Int, into sums: UnsafeMutablePointer<Int64>
    ) {
        for row in 0..<count {
            martlet_prefetch(codes + Int(indices[row &+ aheadCount]))
            sums[Int(codes[Int(indices[row])])] &+= gradients[row]
        }
    }

    /// Rows fetched ahead: 16 to 40 measured about equal, and far better than none.
    static let aheadCount = 32

    @inline(__always)
    private static func add2(_ word: UInt64, _ gradient: Int64, _ sums: UnsafeMutablePointer<Int64>)
    {
        sums[Int(word & 0xFF)] &+= gradient
        sums[256 &+ Int((word &>> 8) & 0xFF)] &+= gradient
    }

    @inline(__always)
    private static func add4(_ word: UInt64, _ gradient: Int64, _ sums: UnsafeMutablePointer<Int64>)
    {
        add2(word, gradient, sums)
        add2(word &>> 16, gradient, sums + 512)
    }

    @inline(__always)
    private static func add6(_ word: UInt64, _ gradient: Int64, _ sums: UnsafeMutablePointer<Int64>)
    {
        add4(word, gradient, sums)
        add2(word &>> 32, gradient, sums + 1024)
    }

    @inline(__always)
    private static func add8(_ word: UInt64, _ gradient: Int64, _ sums: UnsafeMutablePointer<Int64>)
    {
        add6(word, gradient, sums)
        add2(word &>> 48, gradient, sums + 1536)
    }
}
