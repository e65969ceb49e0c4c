/// Random numbers by position instead of by sequence, so that they do not depend on who asks
/// first: the `index`-th number of a stream. SplitMix64.
struct CounterHash: Hashable, Sendable {
    /// What the numbers are for; streams with different purposes do not repeat each other.
    enum Purpose: UInt64, Sendable {
        case bagging = 1
        case features = 2
        case dither = 3
        case nodeFeatures = 4
        case thresholds = 5
        case gradientSample = 6
        case statisticOrder = 7
    }

    private let state: UInt64

    init(seed: UInt64, purpose: Purpose, round: Int) {
        let ofPurpose = Self.mix(seed &+ purpose.rawValue &* 0xD1B5_4A32_D192_ED03)
        state = Self.mix(ofPurpose &+ UInt64(truncatingIfNeeded: round))
    }

    /// A stream of its own for each node of each tree; trees have fewer than 2^20 nodes.
    static func round(tree: Int, node: Int) -> Int { tree << 20 | node }

    subscript(index: Int) -> UInt64 {
        Self.mix(state &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
