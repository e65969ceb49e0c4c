import Models
import TestSupport

/// Damages model files: numbers become others, stretches go or come twice, bytes change.
struct ModelMutation {
    private static let numbers = [
        "-1", "0", "1", "2147483648", "4294967295", "1e999", "-1e-310", "nan", "inf", "",
        "9223372036854775808", "1048576", "[", "{", "\"", ",",
    ].map { Array($0.utf8) }

    var generator: SeededGenerator

    /// - Parameter isOwn: whether the file ends with a checksum, which is then made to fit.
    mutating func mutate(_ original: [UInt8], isOwn: Bool) -> [UInt8] {
        var bytes = isOwn ? Array(original.dropLast(32)) : original
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            if Int.random(in: 0..<3, using: &generator) == 0 {
                replaceNumber(in: &bytes)
            } else {
                var mutation = ByteMutation(generator: generator)
                // Counts and names stand at the beginning.
                let head = 0..<min(1_024, bytes.count)
                mutation.mutate(
                    &bytes, in: Bool.random(using: &generator) ? head : nil)
                generator = mutation.generator
            }
        }
        return isOwn ? ModelFormat.sealed(bytes) : bytes
    }

    /// Replaces the digits that follow some place.
    private mutating func replaceNumber(in bytes: inout [UInt8]) {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        let place = Int.random(in: bytes.indices, using: &generator)
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(
            start..<end, with: Self.numbers.randomElement(using: &generator) ?? [])
    }
}
