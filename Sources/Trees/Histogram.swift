/// The sums of one node's gradients by code. See `HistogramLayout` for the two forms.
struct Histogram: @unchecked Sendable {
    // Sendable: written by one region of the pool, read by later ones.
    let sums: UnsafeMutablePointer<Int64>
    let isPacked: Bool
    private let buffer: PooledBuffer

    /// Contents are undefined.
    init(entryCount: Int, isPacked: Bool, pool: BufferPool) {
        let count = isPacked ? entryCount : 2 * entryCount
        buffer = pool.take(byteCount: count * 8)
        sums = buffer.address.bindMemory(to: Int64.self, capacity: count)
        self.isPacked = isPacked
    }

    private init(sharing other: Histogram, isPacked: Bool) {
        sums = other.sums
        buffer = other.buffer
        self.isPacked = isPacked
    }

    /// The histogram of a node's other child, in the memory of the node's own, whose contents it
    /// replaces.
    /// - Parameters:
    ///   - child: of the same layout.
    ///   - isPacked: the form of the result, which then has few enough rows for it.
    func subtracting(
        _ child: Histogram, entryCount: Int, packing: GradientPacking, isPacked: Bool
    ) -> Histogram {
        let hessians = sums + entryCount
        let shift = Int64(packing.hessianBits)
        let mask = packing.hessianMask
        switch (self.isPacked, child.isPacked, isPacked) {
        case (true, _, _):
            precondition(child.isPacked && isPacked, "children have no more rows than the node")
            Self.subtract(child.sums, from: sums, count: entryCount)
        case (false, false, _):
            // The result has at least as many rows as the child.
            precondition(!isPacked)
            Self.subtract(child.sums, from: sums, count: 2 * entryCount)
        case (false, true, false):
            for entry in 0..<entryCount {
                sums[entry] &-= child.sums[entry] &>> shift
                hessians[entry] &-= child.sums[entry] & mask
            }
        case (false, true, true):
            for entry in 0..<entryCount {
                let packed = (sums[entry] &<< shift) &+ hessians[entry]
                sums[entry] = packed &- child.sums[entry]
            }
        }
        return Histogram(sharing: self, isPacked: isPacked)
    }

    private static func subtract(
        _ other: UnsafePointer<Int64>, from sums: UnsafeMutablePointer<Int64>, count: Int
    ) {
        for entry in 0..<count { sums[entry] &-= other[entry] }
    }

    /// Adds packed sums to split ones and clears them.
    static func flush(
        _ packed: UnsafeMutablePointer<Int64>, count: Int, packing: GradientPacking,
        gradients: UnsafeMutablePointer<Int64>, hessians: UnsafeMutablePointer<Int64>
    ) {
        let shift = Int64(packing.hessianBits)
        let mask = packing.hessianMask
        for entry in 0..<count {
            gradients[entry] &+= packed[entry] &>> shift
            hessians[entry] &+= packed[entry] & mask
            packed[entry] = 0
        }
    }
}
