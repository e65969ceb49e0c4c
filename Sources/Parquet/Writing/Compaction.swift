/// Leaves out the slots of null rows.
enum Compaction {
    /// Copies the elements whose bit is 1.
    /// - Parameters:
    ///   - elements: (bitmap.count).
    ///   - target: (bitmap.count), of which the number returned is written and the rest undefined.
    /// - Returns: the number of elements copied, the ones of `bitmap`.
    /// - Complexity: O(`bitmap.count`), without branches on the bits. Twin: `compactNaive`.
    static func compact<Element: BitwiseCopyable>(
        _ elements: UnsafePointer<Element>, by bitmap: BitmapSlice,
        into target: UnsafeMutablePointer<Element>
    ) -> Int {
        var position = 0
        for index in 0..<((bitmap.count + 63) / 64) {
            let start = index &* 64
            let rowCount = min(64, bitmap.count &- start)
            var word = bitmap.word(index)
            if word == ~0 {
                (target + position).update(from: elements + start, count: 64)
                position &+= 64
                continue
            }
            for row in 0..<rowCount {
                // Written always, kept only when the bit moves the position on. The last write
                // may be one of a null: `position` is then still below the number of rows.
                target[position] = elements[start &+ row]
                position &+= Int(truncatingIfNeeded: word & 1)
                word &>>= 1
            }
        }
        return position
    }

    /// The same for values of `byteCount` bytes.
    static func compact(
        _ bytes: UnsafePointer<UInt8>, byteCount: Int, by bitmap: BitmapSlice,
        into target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var position = 0
        for index in 0..<((bitmap.count + 63) / 64) {
            var word = bitmap.word(index)
            while word != 0 {
                let row = index &* 64 &+ word.trailingZeroBitCount
                (target + position &* byteCount).update(
                    from: bytes + row &* byteCount, count: byteCount)
                position &+= 1
                word &= word &- 1
            }
        }
        return position
    }
}
