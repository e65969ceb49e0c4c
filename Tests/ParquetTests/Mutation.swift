import TestSupport

/// Damages the bytes of a file in one of the ways that have broken readers.
struct Mutation {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            mutateOnce(&bytes)
        }
        return bytes
    }

    private mutating func mutateOnce(_ bytes: inout [UInt8]) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        case 3: bytes[position] = bytes[position] &+ 1
        case 4: bytes[position] = bytes[position] &- 1
        case 5: bytes.removeSubrange(position..<min(bytes.count, position + length()))
        case 6:
            let slice = Array(bytes[position..<min(bytes.count, position + length())])
            let target = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(contentsOf: slice, at: target)
        case 7:
            for index in position..<min(bytes.count, position + length()) {
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
        case 8: mutateFooter(&bytes)
        default: bytes.removeLast(min(bytes.count, length() * length()))
        }
    }

    /// A byte of the last kilobyte, where lengths, offsets and types are.
    private mutating func mutateFooter(_ bytes: inout [UInt8]) {
        let start = max(0, bytes.count - 1024)
        let position = Int.random(in: start..<bytes.count, using: &generator)
        bytes[position] = UInt8.random(in: 0...255, using: &generator)
    }

    private mutating func length() -> Int { Int.random(in: 1...32, using: &generator) }
}
