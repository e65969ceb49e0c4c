import CKernels

/// Copies the words of rows that lie apart to where they lie together.
enum WordCopy {
    /// - Parameters:
    ///   - words: (rows × wordCount), aligned to the largest power of two that divides a row.
    ///   - wordCount: 1 to 4.
    ///   - order: (count) rows of `words`; as many more may be read as are fetched ahead.
    ///   - result: (count × wordCount), aligned like `words`.
    static func gather(
        _ words: UnsafePointer<UInt64>, wordCount: Int, order: UnsafePointer<UInt32>, count: Int,
        into result: UnsafeMutablePointer<UInt64>
    ) {
        switch wordCount {
        case 1: gather(words, order, count, result, as: UInt64.self)
        case 2: gather(words, order, count, result, as: SIMD2<UInt64>.self)
        case 4: gather(words, order, count, result, as: SIMD4<UInt64>.self)
        default:
            precondition(wordCount == 3)
            for row in 0..<count {
                martlet_prefetch(words + 3 &* Int(order[row &+ HistogramKernel.aheadCount]))
                let (from, to) = (words + 3 &* Int(order[row]), result + 3 &* row)
                to[0] = from[0]
                to[1] = from[1]
                to[2] = from[2]
            }
        }
    }

    @inline(__always)
    private static func gather<Row: BitwiseCopyable>(
        _ words: UnsafePointer<UInt64>, _ order: UnsafePointer<UInt32>, _ count: Int,
        _ result: UnsafeMutablePointer<UInt64>, as type: Row.Type
    ) {
        let source = UnsafeRawPointer(words).assumingMemoryBound(to: type)
        let target = UnsafeMutableRawPointer(result).assumingMemoryBound(to: type)
        for row in 0..<count {
            martlet_prefetch(source + Int(order[row &+ HistogramKernel.aheadCount]))
            target[row] = source[Int(order[row])]
        }
    }
}
