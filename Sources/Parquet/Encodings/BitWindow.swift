/// 64 bits of a bitmap from any bit on.
package enum BitWindow {
    /// - Parameter words: a bitmap with a readable word behind the one that holds `bitOffset`.
    @inline(__always)
    package static func load(_ words: UnsafePointer<UInt64>, bitOffset: Int) -> UInt64 {
        let word = bitOffset &>> 6
        let shift = UInt64(bitOffset & 63)
        // In two shifts, because a shift by 64 is none.
        return (words[word] &>> shift) | ((words[word &+ 1] &<< 1) &<< (63 &- shift))
    }
}
