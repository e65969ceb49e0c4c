/// Some consecutive bits of a bitmap, lowest bit first.
struct BitmapSlice {
    /// The word that holds the first bit, and all others up to the last; one word more than
    /// needed may be read when the slice does not begin on a word.
    let words: UnsafePointer<UInt64>
    /// Position of the first bit, from `words`.
    let bitOffset: Int
    let count: Int

    /// Bits `index * 64 ..< index * 64 + 64` of the slice; bits behind the end are 0.
    @inline(__always)
    func word(_ index: Int) -> UInt64 {
        let start = bitOffset &+ index &* 64
        let shift = UInt64(truncatingIfNeeded: start & 63)
        let low = words[start &>> 6] &>> shift
        let rest = count &- index &* 64
        let missing = 64 &- Int(shift)
        // The next word is loaded only where bits of it are needed.
        let high = shift == 0 || rest <= missing ? 0 : words[(start &>> 6) &+ 1] &<< (64 &- shift)
        let word = low | high
        return rest >= 64 ? word : word & ((1 &<< UInt64(rest)) &- 1)
    }

    func countOnes() -> Int {
        var ones = 0
        for index in 0..<((count + 63) / 64) { ones &+= word(index).nonzeroBitCount }
        return ones
    }

    func slice(_ range: Range<Int>) -> BitmapSlice {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return BitmapSlice(
            words: words, bitOffset: bitOffset + range.lowerBound, count: range.count)
    }

    /// Writes these bits from bit `bitOffset` of `target` on, whose bits there are 0.
    func copy(to target: UnsafeMutablePointer<UInt64>, bitOffset: Int) {
        for index in 0..<((count + 63) / 64) {
            let start = bitOffset + index * 64
            let shift = UInt64(start & 63)
            let word = word(index)
            target[start / 64] |= word &<< shift
            if shift != 0 && word &>> (64 &- shift) != 0 {
                target[start / 64 + 1] |= word &>> (64 &- shift)
            }
        }
    }
}
