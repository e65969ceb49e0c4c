import TestSupport

/// Changes bytes without knowing what they are.
struct ByteMutation {
    var generator: SeededGenerator

    /// One change to some bytes of `range`.
    mutating func mutate(_ bytes: inout [UInt8], in range: Range<Int>? = nil) {
        let range = range ?? 0..<bytes.count
        guard let position = range.randomElement(using: &generator) else { return }
        let end = min(range.upperBound, position + length())
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 2:
            bytes[position] =
                [0, 1, 2, 3, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &generator)
                ?? 0
        case 3: bytes[position] &+= 1
        case 4: bytes[position] &-= 1
        case 5: bytes.removeSubrange(position..<end)
        case 6:
            let target = Int.random(in: range.lowerBound...range.upperBound, using: &generator)
            bytes.insert(contentsOf: Array(bytes[position..<end]), at: target)
        case 7:
            for index in position..<end {
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
        case 8:
            let byte: UInt8 = Bool.random(using: &generator) ? 0xFF : 0
            for index in position..<end { bytes[index] = byte }
        default: bytes.removeSubrange(position..<range.upperBound)
        }
    }

    private mutating func length() -> Int { Int.random(in: 1...32, using: &generator) }
}
