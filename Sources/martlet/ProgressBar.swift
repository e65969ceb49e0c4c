/// One line that shows how far a stage is, redrawn in place.
struct ProgressBar {
    private static let cellCount = 30
    /// Redraws a second at most: more only flickers.
    private static let interval = Duration.milliseconds(100)

    private let clock = ContinuousClock()
    private var stage = ""
    private var stageStart: ContinuousClock.Instant?
    private var lastDraw: ContinuousClock.Instant?
    private var isDrawn = false

    /// The text that draws the line anew, or nil when it is too early for that.
    mutating func update(_ stage: String, done: Int, total: Int) -> String? {
        let now = clock.now
        if stage != self.stage {
            self.stage = stage
            stageStart = now
            lastDraw = nil
        }
        if let lastDraw, now - lastDraw < Self.interval, done < total { return nil }
        lastDraw = now
        isDrawn = true
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
        let filled = Int(share * Double(Self.cellCount))
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: Self.cellCount - filled)
        return "\r\u{1B}[K\(stage) [\(bar)] \(Int(share * 100))%\(remaining(share, now: now))"
    }

    /// The text that takes the line away.
    mutating func clear() -> String {
        defer { isDrawn = false }
        return isDrawn ? "\r\u{1B}[K" : ""
    }

    private func remaining(_ share: Double, now: ContinuousClock.Instant) -> String {
        guard let stageStart, share > 0.02, share < 1 else { return "" }
        let elapsed = Double((now - stageStart).components.seconds)
        let left = elapsed / share - elapsed
        return left >= 1 ? ", \(Int(left)) s left" : ""
    }
}
