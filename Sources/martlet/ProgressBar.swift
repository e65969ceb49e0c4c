import Jobs

/// One line that shows how far a stage is, redrawn in place.
struct ProgressBar {
    private static let cellCount = 30
    /// Redraws a second at most: more only flickers.
    private static let interval = Duration.milliseconds(100)

    private static let settlingSeconds = 0.5

    private let clock = ContinuousClock()
    private var stage = ""
    /// At the first report of the stage: a training that is resumed does not begin at 0.
    private var startDone = 0
    private var stageStart: ContinuousClock.Instant?
    private var lastDraw: ContinuousClock.Instant?
    private var isDrawn = false

    /// The text that draws the line anew, or nil when it is too early for that.
    mutating func update(_ stage: String, done: Int, total: Int) -> String? {
        let now = clock.now
        if stage != self.stage {
            self.stage = stage
            stageStart = now
            startDone = done
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
        let pace = pace(done: done, total: total, now: now)
        return "\r\u{1B}[K\(stage) [\(bar)] \(Int(share * 100))%\(pace)"
    }

    /// The text that takes the line away.
    mutating func clear() -> String {
        defer { isDrawn = false }
        return isDrawn ? "\r\u{1B}[K" : ""
    }

    /// Rows or rounds a second, and how long the stage will take at that rate.
    private func pace(done: Int, total: Int, now: ContinuousClock.Instant) -> String {
        guard let stageStart, done > startDone, done < total else { return "" }
        let elapsed = (now - stageStart).seconds
        // The first moments say little.
        guard elapsed >= Self.settlingSeconds else { return "" }
        let rate = Double(done - startDone) / elapsed
        let left = Int((Double(total - done) / rate).rounded(.up))
        return ", \(Self.short(rate))/s, \(Self.clock(left)) left"
    }

    /// `0.4`, `17`, `52 k`, `1.3 M`.
    private static func short(_ rate: Double) -> String {
        let steps: [(floor: Double, suffix: String)] = [(1e6, " M"), (1e3, " k"), (0, "")]
        let step = steps.first { rate >= $0.floor } ?? (0, "")
        let value = rate / max(step.floor, 1)
        let text = value < 10 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
        return text + step.suffix
    }

    /// `12 s`, `3 min 5 s`, `2 h 10 min`.
    private static func clock(_ seconds: Int) -> String {
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }
}
