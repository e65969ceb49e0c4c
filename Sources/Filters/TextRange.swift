/// Byte strings from `lower` on, and below `end`; nil is no end. The order is that of the bytes.
struct TextRange: Hashable, Sendable {
    let lower: [UInt8]
    let end: [UInt8]?

    /// The string that follows directly in the order of bytes.
    static func successor(_ bytes: [UInt8]) -> [UInt8] { bytes + [0] }

    static func exactly(_ bytes: [UInt8]) -> TextRange {
        TextRange(lower: bytes, end: successor(bytes))
    }

    func contains(_ bytes: some Sequence<UInt8>) -> Bool {
        !bytes.lexicographicallyPrecedes(lower)
            && (end.map { bytes.lexicographicallyPrecedes($0) } ?? true)
    }

    /// Whether a string from `first` to `last`, both included, can be in this range.
    func overlaps(_ first: [UInt8], _ last: [UInt8]) -> Bool {
        !last.lexicographicallyPrecedes(lower)
            && (end.map { first.lexicographicallyPrecedes($0) } ?? true)
    }
}
