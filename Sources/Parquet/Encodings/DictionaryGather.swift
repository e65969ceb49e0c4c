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
    ///   - dictionary: entries of `Value`, at least one, even if no index uses it.
    ///   - indices: one for each set bit, then one more that is below the number of entries.
    ///   - validity: a bitmap; row 0 is at `bitOffset`; with a readable word more than it needs.
    ///   - rows: (rowCount), written; no alignment needed.
    /// - Complexity: O(rowCount). Twin: `gatherSpreadNaive`.
    package static func gatherSpread<Value: BitwiseCopyable>(
        _ dictionary: UnsafeRawPointer, as type: Value.Type, indices: UnsafePointer<UInt32>,
        validity: UnsafePointer<UInt64>, bitOffset: Int, rowCount: Int,
        into rows: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        var taken = 0
        var row = 0
        while row < rowCount {
            let step = min(64, rowCount &- row)
            var bits = BitWindow.load(validity, bitOffset: bitOffset &+ row)
            let out = rows + row &* stride
            if bits == .max && step == 64 {
                gather(dictionary, as: type, indices: indices + taken, count: 64, into: out)
                taken &+= 64
            } else {
                for i in 0..<step {
                    let value = dictionary.loadUnaligned(
                        fromByteOffset: Int(indices[taken]) &* stride, as: type)
                    out.storeBytes(of: value, toByteOffset: i &* stride, as: type)
                    taken &+= Int(truncatingIfNeeded: bits & 1)
                    bits &>>= 1
                }
            }
            row &+= step
        }
    }

    /// Puts the indices themselves on their rows, 0 on null rows.
    /// - Parameters: as of `gatherSpread`.
    package static func spreadCodes(
        _ indices: UnsafePointer<UInt32>, validity: UnsafePointer<UInt64>, bitOffset: Int,
        rowCount: Int, into rows: UnsafeMutableRawPointer
    ) {
        var taken = 0
        var row = 0
        while row < rowCount {
            let step = min(64, rowCount &- row)
            var bits = BitWindow.load(validity, bitOffset: bitOffset &+ row)
            let out = rows + row &* 4
            if bits == .max && step == 64 {
                out.copyMemory(from: indices + taken, byteCount: 256)
                taken &+= 64
            } else {
                for i in 0..<step {
                    let bit = UInt32(truncatingIfNeeded: bits) & 1
                    out.storeBytes(
                        of: indices[taken] & (0 &- bit), toByteOffset: i &* 4, as: UInt32.self)
                    taken &+= Int(bit)
                    bits &>>= 1
                }
            }
            row &+= step
        }
    }
}
