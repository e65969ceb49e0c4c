import CKernels

/// Looks dictionary indices up.
package enum DictionaryGather {
    /// Whether each index is below `limit`.
    /// - Parameters:
    ///   - indices: (count).
    ///   - limit: in `0...Int32.max`.
    package static func areBelow(
        _ limit: Int, _ indices: UnsafePointer<UInt32>, count: Int
    ) -> Bool {
        // The sign of (limit - 1 - index) is set where it is not; an index with its top bit set is
        // negative itself.
        let last = Int32(truncatingIfNeeded: limit &- 1)
        var signs: Int32 = 0
        for i in 0..<count {
            let index = Int32(bitPattern: indices[i])
            signs |= (last &- index) | index
        }
        return signs >= 0
    }

    /// - Parameters:
    ///   - dictionary: entries of `Value`.
    ///   - indices: (count), each below the number of entries.
    ///   - rows: (count), written; no alignment needed.
    /// - Complexity: O(count). Twin: `gatherNaive`.
    package static func gather<Value: BitwiseCopyable>(
        _ dictionary: UnsafeRawPointer, as type: Value.Type, indices: UnsafePointer<UInt32>,
        count: Int, into rows: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        for i in 0..<count {
            let value = dictionary.loadUnaligned(
                fromByteOffset: Int(indices[i]) &* stride, as: type)
            rows.storeBytes(of: value, toByteOffset: i &* stride, as: type)
        }
    }

    /// Gathers and spreads over the rows at once; see `Spreading`.
    /// - Parameters:
    ///   - dictionary: entries of `Value`, at least one, even if no index uses it; null rows take
    ///     the first.
    ///   - indices: one for each set bit, below the number of entries, then 64 readable bytes.
    ///   - validity: a bitmap; row 0 is at `bitOffset`; with a readable word more than it needs.
    ///   - rows: (rowCount), written.
    /// - Complexity: O(rowCount). Twin: the test's `expected`.
    package static func gatherSpread<Value: BitwiseCopyable>(
        _ dictionary: UnsafeRawPointer, as type: Value.Type, indices: UnsafePointer<UInt32>,
        validity: UnsafePointer<UInt64>, bitOffset: Int, rowCount: Int,
        into rows: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        switch stride {
        case 4:
            martlet_gather_32(
                dictionary.assumingMemoryBound(to: UInt32.self), indices, validity, bitOffset,
                rowCount, rows.assumingMemoryBound(to: UInt32.self))
        case 8:
            martlet_gather_64(
                dictionary.assumingMemoryBound(to: UInt64.self), indices, validity, bitOffset,
                rowCount, rows.assumingMemoryBound(to: UInt64.self))
        default:
            var taken = 0
            for row in 0..<rowCount {
                let bit = Int(BitWindow.load(validity, bitOffset: bitOffset &+ row) & 1)
                let index = Int(indices[taken]) &* bit
                (rows + row &* stride).copyMemory(
                    from: dictionary + index &* stride, byteCount: stride)
                taken &+= bit
            }
        }
    }

    /// Puts codes on the rows: 0 on null rows, and one more than the index on others.
    /// - Parameters:
    ///   - indices: as of `gatherSpread`, each below `UInt16.max`.
    ///   - validity: as of `gatherSpread`; nil where no row is null.
    package static func spreadShortCodes(
        _ indices: UnsafePointer<UInt32>, validity: UnsafePointer<UInt64>?, bitOffset: Int,
        rowCount: Int, into rows: UnsafeMutablePointer<UInt16>
    ) {
        martlet_spread_codes(indices, validity, bitOffset, rowCount, rows)
    }

    /// Puts the indices themselves on their rows, 0 on null rows.
    /// - Parameters: as of `gatherSpread`.
    package static func spreadCodes(
        _ indices: UnsafePointer<UInt32>, validity: UnsafePointer<UInt64>, bitOffset: Int,
        rowCount: Int, into rows: UnsafeMutableRawPointer
    ) {
        Spreading.spread(
            indices, as: UInt32.self, validity: validity, bitOffset: bitOffset,
            rowCount: rowCount, into: rows)
    }
}
