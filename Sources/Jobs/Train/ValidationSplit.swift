/// Chooses rows to validate on, by the seed and the row's number alone.
struct ValidationSplit: Sendable {
    private let seed: UInt64
    /// A row validates when its hash lies below; 0 for no split.
    private let threshold: UInt64

    /// - Parameter fraction: in 0...0.9.
    init(fraction: Double, seed: UInt64) {
        precondition(fraction >= 0 && fraction < 1)
        self.seed = seed
        threshold = UInt64(fraction * 0x1p64)
    }

    func isValidation(row: Int) -> Bool {
        guard threshold > 0 else { return false }
        // SplitMix64 of the row's number (Steele et al. 2014, figure 17).
        var z = seed &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(row) &+ 1)
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31) < threshold
    }
}
